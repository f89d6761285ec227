import type { Language } from '../../../core/index.ts';

const en = {
  chat: 'Your chat',
  phones: 'Customers’ phones',
  skip: 'Skip to the message box',
  placeholder: 'Write to Kade…',
  message: 'Message',
  send: 'Send',
  attach: 'Send a file',
  drop: 'Drop the file to send it',
  kadeSays: 'Kade:',
  youSay: 'You:',
  shopSays: 'Shop:',
  personSays: 'Customer:',
  working: 'Kade is working…',
  reconnecting: 'Reconnecting…',
  waiting: 'Waiting for the connection',
  notSent: 'Not sent.',
  newMessages: 'New messages',
  loadingOlder: 'Loading earlier messages…',
  today: 'Today',
  yesterday: 'Yesterday',
  cancel: 'Cancel',
  uploading: 'Sending {name}',
  tooLarge: 'The file is larger than 200 MB. Nothing was sent. Send it compressed (.csv.gz or .zip) or in parts.',
  interrupted: 'The connection broke before the whole file was sent. Nothing was kept; please send it again.',
  download: 'Download',
  image: 'Open the image in full size',
  welcomeTitle: 'Good to see you',
  welcomeText: 'Write “menu”, or drop a sales file here.',
  phonesEmptyTitle: 'No messages have gone out yet',
  phonesEmptyText: 'Every customer you write to gets a phone here. You see what they see, and can answer as them.',
  phonePick: 'Choose a phone',
  phonePickText: 'See the messages as your customer sees them, and answer in their place.',
  phoneList: 'Phones, the latest first',
  more: 'Show more',
  back: 'All phones',
  answerAs: 'Answer as {name}…',
  asSeenBy: 'As {name} sees it',
  shop: 'Your shop',
  status_accepted: 'Sent',
  status_delivered: 'Delivered',
  status_read: 'Read',
  status_failed: 'Not delivered',
  signInTitle: 'Your shop, run from a chat.',
  signInText:
    'Enter the sign-in code. Kade printed it where it was started; in a team, the shop’s owner has one for you.',
  code: 'Sign-in code',
  signIn: 'Sign in',
  error_code_wrong: 'This code is wrong, already used or too old. Ask for a new one and try again.',
  error_too_many_attempts: 'Too many wrong codes. Wait a minute, then try again.',
  error_network: 'Kade does not answer. Is it running? Try again in a moment.',
} as const;

export type TextKey = keyof typeof en;

const si: Record<TextKey, string> = {
  chat: 'ඔබේ සංවාදය',
  phones: 'පාරිභෝගික දුරකථන',
  skip: 'පණිවිඩ කොටුවට යන්න',
  placeholder: 'Kade ට ලියන්න…',
  message: 'පණිවිඩය',
  send: 'යවන්න',
  attach: 'ගොනුවක් යවන්න',
  drop: 'යැවීමට ගොනුව මෙතැනට දමන්න',
  kadeSays: 'Kade:',
  youSay: 'ඔබ:',
  shopSays: 'කඩය:',
  personSays: 'පාරිභෝගිකයා:',
  working: 'Kade වැඩ කරමින් සිටී…',
  reconnecting: 'නැවත සම්බන්ධ වෙමින්…',
  waiting: 'සම්බන්ධතාවය එනතුරු බලා සිටී',
  notSent: 'යැවුණේ නැත.',
  newMessages: 'අලුත් පණිවිඩ',
  loadingOlder: 'පරණ පණිවිඩ ගෙනෙමින්…',
  today: 'අද',
  yesterday: 'ඊයේ',
  cancel: 'නවත්වන්න',
  uploading: '{name} යවමින්',
  tooLarge: 'ගොනුව 200 MB ට වඩා විශාලයි. කිසිවක් යැවුණේ නැත. හකුළා (.csv.gz හෝ .zip) හෝ කොටස් වශයෙන් යවන්න.',
  interrupted: 'ගොනුව සම්පූර්ණයෙන් යැවීමට පෙර සම්බන්ධතාවය බිඳුණා. කිසිවක් තබාගත්තේ නැත; නැවත යවන්න.',
  download: 'බාගන්න:',
  image: 'පින්තූරය සම්පූර්ණ ප්‍රමාණයෙන් බලන්න',
  welcomeTitle: 'ආයුබෝවන්',
  welcomeText: '“menu” කියා ලියන්න, නැතිනම් විකුණුම් ගොනුවක් මෙතැනට දමන්න.',
  phonesEmptyTitle: 'තවම පණිවිඩ යවා නැත',
  phonesEmptyText: 'ඔබ ලියන සෑම පාරිභෝගිකයෙකුටම මෙහි දුරකථනයක් ලැබේ. ඔවුන් දකින දේ බලා, ඔවුන් ලෙස පිළිතුරු දෙන්න පුළුවන්.',
  phonePick: 'දුරකථනයක් තෝරන්න',
  phonePickText: 'පාරිභෝගිකයා දකින ලෙසම පණිවිඩ බලා, ඔවුන් වෙනුවට පිළිතුරු දෙන්න.',
  phoneList: 'දුරකථන, අලුත්ම ඒවා මුලින්',
  more: 'තව පෙන්වන්න',
  back: 'සියලු දුරකථන',
  answerAs: '{name} ලෙස පිළිතුරු දෙන්න…',
  asSeenBy: '{name} දකින ලෙස',
  shop: 'ඔබේ කඩය',
  status_accepted: 'යැව්වා',
  status_delivered: 'ලැබුණා',
  status_read: 'කියෙව්වා',
  status_failed: 'ලැබුණේ නැත',
  signInTitle: 'ඔබේ කඩය, සංවාදයකින්.',
  signInText: 'පිවිසුම් කේතය ඇතුළත් කරන්න. Kade පටන්ගත් තැන එය පෙන්වා ඇත; කණ්ඩායමක නම් කඩ හිමියා ඔබට එකක් දෙයි.',
  code: 'පිවිසුම් කේතය',
  signIn: 'පිවිසෙන්න',
  error_code_wrong: 'මේ කේතය වැරදියි, භාවිත කර ඇත, නැතිනම් පරණයි. අලුත් එකක් ඉල්ලා නැවත උත්සාහ කරන්න.',
  error_too_many_attempts: 'වැරදි කේත වැඩියි. විනාඩියකින් නැවත උත්සාහ කරන්න.',
  error_network: 'Kade පිළිතුරු දෙන්නේ නැත. එය ක්‍රියාත්මකද? මොහොතකින් නැවත උත්සාහ කරන්න.',
};

const ta: Record<TextKey, string> = {
  chat: 'உங்கள் உரையாடல்',
  phones: 'வாடிக்கையாளர் தொலைபேசிகள்',
  skip: 'செய்திப் பெட்டிக்குச் செல்லவும்',
  placeholder: 'Kade-க்கு எழுதுங்கள்…',
  message: 'செய்தி',
  send: 'அனுப்பு',
  attach: 'கோப்பு அனுப்பு',
  drop: 'அனுப்ப கோப்பை இங்கே விடுங்கள்',
  kadeSays: 'Kade:',
  youSay: 'நீங்கள்:',
  shopSays: 'கடை:',
  personSays: 'வாடிக்கையாளர்:',
  working: 'Kade வேலை செய்கிறது…',
  reconnecting: 'மீண்டும் இணைகிறது…',
  waiting: 'இணைப்புக்காகக் காத்திருக்கிறது',
  notSent: 'அனுப்பப்படவில்லை.',
  newMessages: 'புதிய செய்திகள்',
  loadingOlder: 'முந்தைய செய்திகள் வருகின்றன…',
  today: 'இன்று',
  yesterday: 'நேற்று',
  cancel: 'நிறுத்து',
  uploading: '{name} அனுப்பப்படுகிறது',
  tooLarge: 'கோப்பு 200 MB-ஐ விடப் பெரியது. எதுவும் அனுப்பப்படவில்லை. சுருக்கி (.csv.gz அல்லது .zip) அல்லது பகுதிகளாக அனுப்புங்கள்.',
  interrupted: 'முழுக் கோப்பும் செல்லும் முன் இணைப்பு துண்டிக்கப்பட்டது. எதுவும் வைக்கப்படவில்லை; மீண்டும் அனுப்புங்கள்.',
  download: 'பதிவிறக்கு:',
  image: 'படத்தை முழு அளவில் திற',
  welcomeTitle: 'வணக்கம்',
  welcomeText: '“menu” என்று எழுதுங்கள், அல்லது விற்பனைக் கோப்பை இங்கே விடுங்கள்.',
  phonesEmptyTitle: 'இன்னும் செய்திகள் அனுப்பப்படவில்லை',
  phonesEmptyText: 'நீங்கள் எழுதும் ஒவ்வொரு வாடிக்கையாளருக்கும் இங்கே ஒரு தொலைபேசி வரும். அவர்கள் பார்ப்பதைப் பார்த்து, அவர்களாகப் பதிலளிக்கலாம்.',
  phonePick: 'ஒரு தொலைபேசியைத் தேர்ந்தெடுங்கள்',
  phonePickText: 'வாடிக்கையாளர் பார்ப்பது போலவே செய்திகளைப் பார்த்து, அவர்களாகப் பதிலளியுங்கள்.',
  phoneList: 'தொலைபேசிகள், புதியவை முதலில்',
  more: 'மேலும் காட்டு',
  back: 'எல்லா தொலைபேசிகளும்',
  answerAs: '{name} ஆகப் பதிலளி…',
  asSeenBy: '{name} பார்ப்பது போல',
  shop: 'உங்கள் கடை',
  status_accepted: 'அனுப்பப்பட்டது',
  status_delivered: 'சேர்ந்தது',
  status_read: 'படிக்கப்பட்டது',
  status_failed: 'சேரவில்லை',
  signInTitle: 'உங்கள் கடை, ஓர் உரையாடலில்.',
  signInText: 'நுழைவுக் குறியீட்டை இடுங்கள். Kade தொடங்கிய இடத்தில் அது காட்டப்பட்டது; குழுவில் என்றால் கடை உரிமையாளர் தருவார்.',
  code: 'நுழைவுக் குறியீடு',
  signIn: 'நுழை',
  error_code_wrong: 'இந்தக் குறியீடு தவறானது, பயன்படுத்தப்பட்டது அல்லது பழையது. புதிய ஒன்றைக் கேட்டு மீண்டும் முயலுங்கள்.',
  error_too_many_attempts: 'தவறான குறியீடுகள் அதிகம். ஒரு நிமிடம் கழித்து முயலுங்கள்.',
  error_network: 'Kade பதிலளிக்கவில்லை. அது இயங்குகிறதா? சிறிது நேரத்தில் மீண்டும் முயலுங்கள்.',
};

const ALL: Record<Language, Record<TextKey, string>> = { en, si, ta };
let current: Language = languageOf(navigator.language);
/** The reader's own way to write dates, where it is of the same language. */
let locale = navigator.language;

function languageOf(tag: string): Language {
  const base = tag.slice(0, 2);
  return base === 'si' || base === 'ta' ? base : 'en';
}

/** The page speaks this language from now on; before sign-in it speaks the browser's. */
export function setLanguage(language: Language): void {
  current = language;
  locale = languageOf(navigator.language) === language ? navigator.language : language;
  document.documentElement.lang = language;
}

export function t(key: TextKey, params: Readonly<Record<string, string>> = {}): string {
  return ALL[current][key].replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
}

/** The hour and minute of a message. */
export function clockTime(at: string): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(new Date(at));
}

/** The day of a message in words; `now` is today. */
export function dayName(at: string, now: Date): string {
  const day = new Date(at);
  const days = Math.round((startOfDay(now) - startOfDay(day)) / 86_400_000);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  const year = day.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year }).format(day);
}

/** For lists: the time of today's, the date of others. */
export function shortTime(at: string, now: Date): string {
  if (startOfDay(new Date(at)) === startOfDay(now)) return clockTime(at);
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(new Date(at));
}

/** A size in bytes, for people. */
export function sizeName(bytes: number): string {
  const [value, unit] =
    bytes < 1000 ? [bytes, 'byte'] : bytes < 1e6 ? [bytes / 1000, 'kilobyte'] : [bytes / 1e6, 'megabyte'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(
    value,
  );
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
