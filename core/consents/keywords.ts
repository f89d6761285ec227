import type { Language } from '../message.ts';

/** What a customer may ask with a word alone. */
export type Keyword = 'stop' | 'start' | 'help' | 'forget' | 'mydata' | 'why';

/** Each keyword's words, parted by `|`; the language is the one they are written in (Latin letters too). */
export const KEYWORDS: Record<Keyword, Record<Language, string>> = {
  stop: {
    en:
      'stop|stopall|stop all|unsubscribe|unsubscribe me|unsub|cancel|end|quit|revoke|optout|opt out|opt me out|' +
      'stop it|stop this|stop now|stop sms|stop messages|stop texts|stop offers|stop ads|remove me|' +
      'take me off your list|take me off the list|remove me from your list|remove me from the list|' +
      'leave me alone|no more messages|no more sms|no more texts|no more offers',
    si:
      'නවතන්න|නවත්වන්න|නවත්තන්න|නවත්තන්|නතර|නතර කරන්න|එපා|මට එපා|තව එපා|එවන්න එපා|මට එවන්න එපා|පණිවිඩ එපා|මැසේජ් එපා|ඉවත් කරන්න|' +
      'අයින් කරන්න|epa|mata epa|thawa epa|ewanna epa|evanna epa|mata ewanna epa|message epa|messages epa|msg epa|sms epa|' +
      'nawathanna|navathanna|nawattanna|nawaththanna|nawatwanna|nawathwanna|natara karanna|nathara karanna|' +
      'ain karanna|ayin karanna|iwath karanna',
    ta:
      'நிறுத்து|நிறுத்துங்க|நிறுத்துங்கள்|நிறுத்தவும்|நிறுத்துக|வேண்டாம்|எனக்கு வேண்டாம்|அனுப்ப வேண்டாம்|இனி அனுப்ப வேண்டாம்|செய்தி வேண்டாம்|' +
      'அனுப்பாதே|அனுப்பாதீர்கள்|அனுப்பாதீங்க|நீக்கவும்|விலகு|niruthu|nirutthu|niruththu|niruthunga|niruthungal|niruthavum|' +
      'vendam|vendaam|venda|vendaa|enakku vendam|enakku vendaam|anuppa vendam|anuppa vendaam|anupaathinga|' +
      'anuppathinga|message vendam|msg vendam|sms vendam',
  },
  start: {
    en: 'start|unstop|start again|subscribe|resubscribe|opt in|optin|opt me in',
    si: 'අරඹන්න|පටන් ගන්න|ආරම්භ කරන්න|ආයෙත් එවන්න|නැවත එවන්න|arambanna|patan ganna|aramba karanna|ayeth ewanna|nawatha ewanna',
    ta: 'தொடங்கு|தொடங்கவும்|தொடங்குங்கள்|ஆரம்பி|மீண்டும் அனுப்பு|மீண்டும் அனுப்பவும்|thodangu|todangu|thodangavum|arambi|meendum anuppu',
  },
  help: {
    en: 'help|info|help me|information',
    si: 'උදව්|උදව්ව|උපකාර|තොරතුරු|udaw|udav|udau|udawu|thorathuru',
    ta: 'உதவி|தகவல்|uthavi|udhavi|udavi|thagaval',
  },
  forget: {
    en:
      'forget me|forgetme|delete me|erase me|delete my data|erase my data|forget my data|remove my data|' +
      'delete my information|delete all my data|erase all my data',
    si:
      'මාව අමතක කරන්න|මාව මකන්න|මගේ දත්ත මකන්න|මගේ තොරතුරු මකන්න|මගේ විස්තර මකන්න|mawa amathaka karanna|mava amathaka karanna|' +
      'mawa makanna|mage data makanna|mage daththa makanna|mage thorathuru makanna|mage wisthara makanna',
    ta:
      'என்னை மறந்துவிடு|என்னை மறந்து விடு|என்னை மறந்துவிடுங்கள்|என்னை மறந்து விடுங்கள்|என்னை நீக்கு|என் தரவை அழி|என் தரவை நீக்கு|என் தகவலை அழி|என் தகவலை நீக்கு|' +
      'என் தகவல்களை நீக்கவும்|ennai maranthuvidu|ennai marandhu vidu|ennai maranthu vidu|ennai neekku|en thagavalai azhi|en thagavalai neekku',
  },
  mydata: {
    en:
      'my data|mydata|send my data|send me my data|show me my data|give me my data|my information|my details|' +
      'what do you know about me|what data do you have about me|what do you have about me',
    si:
      'මගේ දත්ත|මගේ තොරතුරු|මගේ විස්තර|මගේ දත්ත එවන්න|මගේ තොරතුරු එවන්න|මගේ විස්තර එවන්න|මගේ දත්ත දෙන්න|mage data|mage daththa|' +
      'mage thorathuru|mage wisthara|mage data ewanna|mage daththa ewanna|mage thorathuru ewanna',
    ta:
      'என் தரவு|எனது தரவு|என் தகவல்|என் தகவல்கள்|எனது தகவல்கள்|என் விவரங்கள்|என் தரவை அனுப்பு|என் தரவை அனுப்பவும்|en tharavu|' +
      'enathu tharavu|en thagaval|en thagavalgal|en vivarangal|en tharavai anuppu',
  },
  why: {
    en:
      'why|why me|why am i getting this|why am i getting these|why am i getting this message|why do i get this|' +
      'why do i get these|why do i get these messages|why did i get this|why are you texting me|' +
      'why are you messaging me|where did you get my number|how did you get my number|who gave you my number',
    si:
      'ඇයි|ඇයි මට|ඇයි මට මේ එවන්නේ|ඇයි මට මේවා එවන්නේ|ඇයි මට මැසේජ් එවන්නේ|මගේ නම්බර් එක කොහෙන්ද|මගේ නොම්මරය කොහෙන්ද|ayi|ayi mata|' +
      'ayi mata mewa ewanne|ai mata ewanne|mage number eka kohenda|mage number eka kawda dunne',
    ta:
      'ஏன்|ஏன் எனக்கு|எனக்கு ஏன் அனுப்புகிறீர்கள்|ஏன் எனக்கு அனுப்புகிறீர்கள்|என் எண் எப்படி கிடைத்தது|en number eppadi kidaithathu|' +
      'yen enakku|yen anuppureenga|en number yaar kuduthathu',
  },
};
