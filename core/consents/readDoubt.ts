import { foldWords } from './readKeyword.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/u).filter(Boolean));

/** Words that ask for an end, in English, Sinhala and Tamil, Latin letters too. */
const ENDS =
  /^(?:stop+(?:ped|ping)?|stoped|unsub\p{L}*|optout|quit|cease|halt|enough|spam\p{L}*|නවත(?:න්|්|ි).*|නතර.*|එපා.*|epaa?|na[wv]at[htwv]*(?:anna|inna|ala)|nath?ara|நிறுத்(?!தம).*|வேண்டா.*|வேணா.*|அனுப்பாத.*|விலக.*|போதும.*|nir+ut.*|ve+n[dt]?a+m?|anup+ath.*|po[dt]hum)$/u;
/** These end something only where messages are named: one cancels an order, and ends a call. */
const WEAK_ENDS = words(
  'cancel end remove delete block dont never not no revoke withdraw ඉවත් අයින් ain ayin iwath நீக்க நீக்கவும் நீக்கு',
);
/** What is sent to people. */
const MESSAGES =
  /^(?:messag(?:es?|ing)|msgs?|texts?|texting|sms(?:es)?|offers?|promos?|promotions?|promotional|ads?|adverts?|advertis\p{L}*|marketing|newsletters?|notifications?|broadcasts?|mails?|emails?|subscription|spam|whatsapps?|පණිවිඩ.*|පණිවුඩ.*|මැසේජ්.*|මැසේජ.*|එස්එම්එස්|දීමනා.*|දැන්වීම.*|ඔෆර්.*|pani[wv]ida|pani[wv]uda|deemana|dimana|danweem|செய்தி.*|மெசேஜ.*|எஸ்எம்எஸ்|குறுஞ்செய்தி.*|சலுகை.*|விளம்பர.*|seithi\p{L}*|seydhi\p{L}*|salugai\p{L}*|vilambara\p{L}*)$/u;
/** Doing it: "stop contacting me", "do not send". */
const SENDING = words(
  'send sending sends text texting message messaging sms contact contacting call calling calls disturb disturbing bother bothering spam spamming එවන්න එවනවා එවීම එවන යවන්න යවනවා යැවීම ewanna evanna ewana ewanawa yawanna yawana அனுப்ப அனுப்புவதை அனுப்பும் anuppa anupa anuppuvathai anupuvathai',
);
/** Words that say nothing about what is to end. */
const FILLERS = words(`
  please pls plz kindly just now ok okay hi hello dear sir madam bro sis guys you u your ur i im me my mine we us want wanna need
  would will can could should must to the a an this these it them that those all any every everything more already again anymore
  yes no yeah say said saying told tell asked do so and or for from with from at here thanks thank immediately right away at once really
  stuff anything like is it its now make have having had enough be being am are getting get receiving receive keep keeps too many much
  කරුණාකර කරුණාකරලා දයාකර අනේ දැන් දැන්ම මේ මේවා මේක ඒවා ඒක ඕවා ඕක මෙව්වා මට මගේ මාව අපිට ඔයා ඔබ ඔබේ ආයෙ ආයේ ආයෙත් තව තවත් මෙහෙම හැම සේරම ඔක්කොම හරි නම් නං
  කරන්න කරලා දෙන්න දාන්න පුළුවන්ද ඕන ඕනේ ඕනෑ නෑ නැහැ එක කියලා කිව්වා කියන්නේ
  karunakara karunakarala ane aney dan dang danma me mewa meva meka ewa eka owa oka mata mage mawa oya aye aye ayeth aayeth thawa thawath mehema
  serama okkoma hari nam nan karanna karala denna puluwanda one onee oney ne neha na kiyala kiwwa aiyo
  தயவு செய்து தயவுசெய்து இதை இது இந்த இவை இவற்றை அதை எனக்கு என் இனி இனிமேல் மேலும் எல்லாம் எல்லாவற்றையும் உங்கள் நீங்கள் செய்ய செய்யுங்கள் ப்ளீஸ் மீண்டும் இப்போது
  thayavu seithu seidhu thayavuseithu idhai ithai idha itha idhu ithu indha intha enakku enaku ennaku ini inimel inimael mel ella ellam ellaam ungal
  neenga pannunga pannu panna ippo sollu sonnen`);
/** Phrases that stop, end or number something else. */
const ELSEWHERE =
  /\b(?:bus|train|next|last|first|full|pit|non|one|rest|truck|tea) stops?\b|\bstop(?:s|ped|ping)? (?:by|in|at|over|near|off|here|there|outside|worrying|watch|light|sign)\b|\b(?:not|never) (?:getting|receiving|get|receive)\b/gu;
/** Asks for a time: "when will the offers stop?" */
const WHEN = /^(?:when|what time|till when|until when|how long)\b(?!.*\bme\b)/u;
/** A complaint that asks for an end without saying the word. */
const COMPLAINT =
  /\b(?:too many|so many|enough with|sick of|tired of|fed up with|annoyed by|no more of) (?:your |these |the |ur )?(?:messages?|msgs?|texts?|sms|offers?|promotions?|ads?)\b|\bstop (?:sending|texting|messaging|contacting|calling|spamming|bothering|disturbing)\b|\bnot interested\b|\bwrong (?:number|person)\b|\b(?:take|delete|remove) (?:my|me|this) (?:name |number |contact )?(?:off|from|out)\b|\b(?:delete|remove) my (?:number|contact)\b|\bopt(?:ing)? (?:me )?out\b|\bunsubscri|\b(?:report|block)(?:ing|ed)? (?:you|this|your)\b/u;

const LONGEST = 200;
const MOST_WORDS = 25;

/**
 * Whether a message that is no keyword may still be a STOP, so that a member has to look: it asks for an end and speaks
 * of messages ("please stop these offers"), or says nothing else ("I want this to stop"). An end to something else is
 * none ("we must stop this bill"). A negation is one too ("නවත්වන්න එපා", do not stop): who can tell what they meant?
 */
export function readDoubt(text: string): boolean {
  if (text.length > LONGEST) return false;
  const said = foldWords(text)
    .replace(/\b(?:do not|don t)\b/gu, 'dont')
    .replace(/\bopt out\b/gu, 'optout');
  if (WHEN.test(said)) return false;
  if (COMPLAINT.test(said)) return true;
  const list = said.replace(ELSEWHERE, ' elsewhere ').split(' ').filter(Boolean);
  if (list.length === 0 || list.length > MOST_WORDS) return false;
  const ends = list.some((word) => ENDS.test(word));
  const weak = list.some((word) => WEAK_ENDS.has(word));
  if (!ends && !weak) return false;
  const [about, sending] = [list.some((word) => MESSAGES.test(word)), list.some((word) => SENDING.has(word))];
  const plain = list.every(
    (word) => ENDS.test(word) || WEAK_ENDS.has(word) || FILLERS.has(word) || SENDING.has(word) || MESSAGES.test(word),
  );
  if (plain) return ends || sending || about;
  return ends && about;
}
