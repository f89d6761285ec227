// WhatsApp Web as far as whatsapp-web.js looks into it: the modules that the library asks `window.require` for. People,
// messages and the phone are in Node (test/fakes/whatsappWeb.ts); what happens there comes as events, what is done here is posted.
const SERVER = '__SERVER__';
const post = async (path, body) => (await fetch(SERVER + path, { method: 'POST', body: JSON.stringify(body) })).json();

class Events {
  #listeners = [];
  on(names, listener) {
    for (const name of names.split(' ')) this.#listeners.push({ name, listener });
  }
  once(name, listener) {
    this.on(name, listener);
  }
  off(name, listener) {
    this.#listeners = this.#listeners.filter((one) => one.name !== name || one.listener !== listener);
  }
  hears(name) {
    return this.#listeners.some((one) => one.name === name);
  }
  trigger(name, ...words) {
    for (const one of [...this.#listeners]) if (one.name === name) one.listener(...words);
  }
}

class Wid {
  constructor(serialized) {
    const [user, server] = serialized.split('@');
    Object.assign(this, { user, server, _serialized: serialized });
  }
  isLid() {
    return this.server === 'lid';
  }
  isGroup() {
    return this.server === 'g.us';
  }
}
const createWid = (like) => {
  const serialized = typeof like === 'string' ? like : like._serialized;
  if (!/^[\w.-]+@[\w.]+$/.test(serialized)) throw new Error(`wid error: invalid wid ${serialized}`);
  return new Wid(serialized);
};

let keys = 0;
class MsgKey {
  constructor({ to, id }) {
    Object.assign(this, { fromMe: true, remote: to, id, _serialized: `true_${to._serialized}_${id}` });
  }
  static async newId() {
    return `3EB0${(++keys).toString(16).toUpperCase().padStart(18, '0')}`;
  }
}

const toBase64 = (blob) =>
  new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(',')[1]);
    reader.readAsDataURL(blob);
  });

class OpaqueData {
  static async createFromData(file) {
    return Object.assign(new OpaqueData(), { file });
  }
  url = () => 'blob:fake';
  autorelease() {}
  formData() {}
}

const Socket = Object.assign(new Events(), { state: 'OPENING', hasSynced: false, logout: () => post('/logout', {}) });
const Cmd = new Events();
const Conn = Object.assign(new Events(), { ref: '', platform: 'android', serialize: () => ({ pushname: 'Shop' }) });
const messages = new Map();
const Msg = Object.assign(new Events(), {
  get: (id) => messages.get(id),
  getMessagesById: async () => ({ messages: [] }),
});
const chats = new Map();
const Chat = Object.assign(new Events(), {
  get: (wid) => chats.get(wid._serialized),
  getModelsArray: () => [...chats.values()],
});

const openChat = (wid) => {
  const own = () => [...messages.values()].filter(({ id }) => id.remote._serialized === wid._serialized);
  const chat = chats.get(wid._serialized) ?? {
    id: wid,
    formattedTitle: wid.user,
    mute: { expiration: 0 },
    msgs: { getModelsArray: own },
    serialize: () => ({ id: wid, t: Math.max(0, ...own().map(({ t }) => t)), msgs: [] }),
    ...(wid.isGroup() ? { groupMetadata: { serialize: () => ({}) } } : {}),
  };
  chats.set(wid._serialized, chat);
  return chat;
};

const addMessage = (fields, isNewMsg) => {
  const wid = createWid(fields.chat);
  openChat(wid);
  const id = { fromMe: fields.fromMe, remote: wid, id: fields.id, _serialized: fields.key };
  const msg = Object.assign(new Events(), {
    ...fields,
    id,
    from: createWid(fields.from),
    to: createWid(fields.to),
    isNewMsg,
    mediaData: { mediaStage: 'RESOLVED' },
    serialize: () => ({ ...fields, id, from: fields.from, to: fields.to }),
  });
  messages.set(fields.key, msg);
  if (isNewMsg) Msg.trigger('add', msg);
};

const sendMessage = (chat, message) => {
  const model = Object.assign(new Events(), message, {
    serialize: () => ({ ...message, mediaBlob: undefined, from: message.from, to: message.to, ack: model.ack }),
  });
  messages.set(message.id._serialized, model);
  Msg.trigger('add', model);
  const hand = async () => {
    const { file } = message.mediaBlob ?? {};
    const { ack } = await post('/sent', {
      key: message.id._serialized,
      chat: chat.id._serialized,
      type: message.type,
      text: file ? (message.caption ?? '') : message.body,
      ...(file ? { file: { name: file.name, mimeType: file.type, data: await toBase64(file) } } : {}),
    });
    setAck(message.id._serialized, ack);
    return { messageSendResult: ack < 0 ? 'ERROR_UNKNOWN' : 'OK' };
  };
  return [Promise.resolve(), hand()];
};

const setAck = (key, ack) => {
  const msg = messages.get(key);
  if (!msg) return;
  msg.ack = ack;
  Msg.trigger('change:ack', msg, ack);
};

const prepRawMedia = (opaque, { asDocument }) => ({
  waitForPrep: async () => {
    const { file } = opaque;
    const data = {
      type: asDocument || !file.type.startsWith('image/') ? 'document' : 'image',
      filehash: `hash-${file.name}-${file.size}`,
      mimetype: file.type,
      mediaBlob: opaque,
      preview: 'preview',
      set: (fields) => Object.assign(data, fields),
    };
    Object.defineProperty(data, 'toJSON', { value: () => ({}), enumerable: false });
    return data;
  },
});

const account = new XMLHttpRequest();
account.open('GET', `${SERVER}/account`, false);
account.send();
const { number, lids, history } = JSON.parse(account.responseText);
const lidOf = (phone) => lids.find((one) => one.phone === phone)?.lid;
const phoneOf = (lid) => lids.find((one) => one.lid === lid)?.phone;
const widOrNull = (serialized) => (serialized ? createWid(serialized) : null);

const modules = {
  WAWebSocketModel: { Socket },
  WAWebCmd: { Cmd },
  WAWebConnModel: { Conn },
  WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => 100 } },
  WAWebAltDeviceLinkingApi: {},
  WABase64: { encodeB64: (text) => btoa(text) },
  WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
  WAWebAdvSignatureApi: {},
  WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: 'noise' } }) } },
  WAWebSignalStoreApi: {
    waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: 'identity' } }) },
  },
  WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'secret' },
  WAWebUserPrefsMeUser: {
    getMaybeMePnUser: () => createWid(`${number}@c.us`),
    getMaybeMeLidUser: () => createWid('1@lid'),
  },
  WAWebCollections: { Msg, Chat },
  WAWebSyncGatingUtils: {},
  WAWebCallCollection: {},
  WAWebWidFactory: { createWid, createWidFromWidLike: createWid, asUserWidOrThrow: (wid) => wid },
  WAWebChatGetters: { getIsNewsletter: () => false, getIsBroadcast: () => false },
  WALinkify: { findLink: () => undefined, findLinks: () => [] },
  WAWebMsgKey: MsgKey,
  WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
  WAWebSendMsgChatAction: { addAndSendMsgToChat: sendMessage },
  WAWebFindChatAction: { findOrCreateLatestChat: async (wid) => ({ chat: openChat(wid) }) },
  WAWebMediaOpaqueData: OpaqueData,
  WAWebPrepRawMedia: { prepRawMedia },
  WAWebMediaStorage: { getOrCreateMediaObject: (filehash) => ({ filehash, type: 'document', consolidate() {} }) },
  WAWebMmsMediaTypes: { msgToMediaType: ({ type }) => type, castToV4: (type) => type },
  WAWebMediaDataUtils: { shouldUseMediaCache: () => false },
  WAWebMediaMmsV4Upload: { uploadMedia: async () => ({ mediaEntry: { mmsUrl: 'https://mms/x', directPath: '/x' } }) },
  WAWebDownloadManager: {
    downloadManager: {
      downloadAndMaybeDecrypt: async ({ directPath }) => {
        const response = await fetch(SERVER + directPath);
        if (!response.ok) throw Object.assign(new Error('gone'), { status: response.status });
        return response.arrayBuffer();
      },
    },
  },
  WAWebQueryExistsJob: { queryWidExists: (wid) => post('/exists', { wid: wid._serialized }) },
  WAWebApiContact: {
    getPhoneNumber: (wid) => widOrNull(phoneOf(wid._serialized)),
    getCurrentLid: (wid) => widOrNull(lidOf(wid._serialized)),
  },
  WAWebChatLoadMessages: { loadEarlierMsgs: async () => [] },
  WAWebMsgActionCapability: { canEditText: () => true, canEditCaption: () => true },
  WAWebSendMessageEditAction: {
    sendMessageEdit: async (msg, text) => {
      msg.body = text;
      await post('/edited', { key: msg.id._serialized, text });
    },
  },
};
window.Debug = { VERSION: '2.9999.0' };
window.require = (name) => {
  if (!(name in modules)) throw new Error(`Requiring unknown module "${name}"`);
  return modules[name];
};

const setState = (state) => {
  Socket.state = state;
  Socket.trigger('change:state', Socket, state);
};
/** The login lies where the real one does: in the profile's IndexedDB, on the disk when it is said to be there. */
const login = (mode, act) =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('login', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
    opening.onerror = reject;
    opening.onsuccess = () => {
      const change = opening.result.transaction('keys', mode, { durability: 'strict' });
      const asked = act(change.objectStore('keys'));
      change.oncomplete = () => resolve(asked.result);
    };
  });
const pair = async () => {
  await login('readwrite', (keys) => keys.put('yes', 'linked'));
  connect();
};
const connect = () => {
  for (const fields of history) addMessage(fields, false);
  setState('CONNECTED');
  Socket.hasSynced = true;
  tellSynced();
};
/** The real page takes its time: the library listens by then. */
const tellSynced = () => {
  if (Socket.hears('change:hasSynced')) Socket.trigger('change:hasSynced');
  else setTimeout(tellSynced, 10);
};
const doings = {
  pair,
  connect: async () => ((await login('readonly', (keys) => keys.get('linked'))) ? connect() : setState('UNPAIRED')),
  qr({ ref }) {
    Conn.ref = ref;
    Conn.trigger('change:ref', Conn, ref);
  },
  inbound: ({ message }) => addMessage(message, true),
  greet: ({ message }) => {
    if (Msg.hears('add')) addMessage(message, true);
    else setTimeout(doings.greet, 20, { message });
  },
  ack: ({ key, ack }) => setAck(key, ack),
  state: ({ state }) => setState(state),
  lids: ({ lid, phone }) => lids.push({ lid, phone }),
  async logout() {
    await login('readwrite', (keys) => keys.clear());
    Cmd.trigger('logout');
    setTimeout(() => location.assign('?post_logout=1'), 50);
  },
};
new EventSource(`${SERVER}/events`).onmessage = ({ data }) => {
  const { doing, ...words } = JSON.parse(data);
  doings[doing](words);
};
