import { describe, expect, it } from 'vitest';
import { readDoubt, readKeyword } from '../../../core/index.ts';

/** What people write, parted by ` | `: an exact STOP, one that a member must look at, and anything else. */
const EXACT = {
  en: `STOP | stop | Stop. | STOP STOP STOP | stop please | please stop | pls stop now | S T O P | STOPALL | unsubscribe | UNSUB | cancel |
    end | quit | revoke | opt out | opt-out | stop it | stop this | stop sms | stop messages | stop offers | remove me | take me off your list |
    leave me alone | no more messages | no more texts please | don't text me | do not message me again | stop sending me messages |
    never contact me again | Don’t send me any more offers | quit texting me | please don't send | stop spamming`,
  si: 'නවතන්න | නවත්වන්න | නවත්තන්න | නතර කරන්න | එපා | මට එපා | එවන්න එපා | මට එවන්න එපා | පණිවිඩ එපා | මැසේජ් එපා | ඉවත් කරන්න | අයින් කරන්න',
  'si-latin':
    'epa | mata epa | ewanna epa | message epa | sms epa | nawathanna | nawaththanna | nawatwanna | nathara karanna | ayin karanna',
  ta: 'நிறுத்து | நிறுத்துங்கள் | நிறுத்தவும் | வேண்டாம் | எனக்கு வேண்டாம் | அனுப்ப வேண்டாம் | செய்தி வேண்டாம் | அனுப்பாதீர்கள் | விலகு',
  'ta-latin': 'niruthu | niruthunga | vendam | vendaam | enakku vendam | anuppa vendam | sms vendam | anuppathinga',
};
const NEAR = {
  en: `please stop these | stop these please | can you stop these | I want these to stop | please stop these messages | I said stop |
    yes stop | ok stop them now | stop everything | stop all this please | can you please stop | you must stop this | please stop sending me catalogues |
    stop calling me | don't call me | dont send me anything | I don't want these messages | I do not want any more offers |
    how do I unsubscribe | I want to unsubscribe from this | please unsubscribe my number | I would like to opt out | too many messages |
    you send too many texts | sick of your offers | not interested | I am not interested in this | wrong number | this is the wrong person |
    this is spam | spam | I will report you | delete my number | remove my number from your list | please take my number off |
    cancel these messages | cancel my subscription to the messages | enough messages | that is enough | no more ads stop |
    don't stop the offers | please do not stop | stop the promotions now | I asked you to stop messaging | stop texting my mother |
    who told you to text me stop it | block these messages | stopp`,
  si: `නවත්වන්න එපා | නවත්තන්න එපා | මේවා නවත්වන්න | කරුණාකර නවත්වන්න | මේ මැසේජ් නවත්වන්න | තව පණිවිඩ එවන්න එපා | මට මේවා එපා | මට මැසේජ් එවන්න එපා |
    දීමනා එපා | දැන්වීම් එවන්න එපා | නවත්වන්න පුළුවන්ද | කරුණාකර මේක නතර කරන්න | එපා කිව්වා | ඔයාලගේ පණිවිඩ නවත්වන්න`,
  'si-latin': `nawathanna epa | mewa nawathanna | karunakara nawaththanna | me message nawathanna | thawa message ewanna epa | mata mewa epa |
    offers epa | mewa ewanna epa | nawathanna puluwanda | epa kiwwa | mata offer ewanna epa | danma nathara karanna`,
  ta: `நிறுத்த வேண்டாம் | இதை நிறுத்துங்கள் | தயவு செய்து நிறுத்துங்கள் | இந்த செய்திகளை நிறுத்துங்கள் | எனக்கு செய்தி அனுப்ப வேண்டாம் | சலுகைகள் வேண்டாம் |
    எனக்கு இனி வேண்டாம் | விளம்பரம் வேண்டாம் | போதும் நிறுத்துங்கள் | இனி எனக்கு அனுப்பாதீர்கள் | எனக்கு இது வேண்டாம்`,
  'ta-latin': `nirutha vendam | idha niruthunga | thayavu seithu niruthungal | indha message niruthunga | enakku message anuppa vendam | offer vendam |
    salugai vendam | podhum niruthu | ini anuppathinga please | enakku idhu venam`,
};
const NONE = {
  en: `we must stop this bill | stop the bill | stop my order please | cancel my order | cancel the delivery for tomorrow | can I stop by tomorrow? |
    I will stop by the shop at 5 | which bus stop is near you | get off at the last stop | non stop service? | one stop shop | do you sell door stops |
    stopover in Colombo | the rain will not stop | when does the sale end | when will the offers stop | the end of the month is fine | endless choice! |
    do not forget my order | forget it | don't send the blue one | do not send it today | not getting your messages | I never got the message |
    no thanks | no | yes | please send me the price | thank you | hello | is one kilo enough | how much is this offer | send me your offers |
    I love your messages | what time do you stop selling rice | my watch stopped, do you repair it | please call me | you can text me | the weekend offer |
    remove the onions from my order | quit smoking products? | I want to end my lease`,
  si: `රතු එක එපා | මට රතු පාට එපා, නිල් එකක් දෙන්න | අද බඩු එවන්න එපා | නවතම දීමනා මොනවාද | නැවත එවන්න පුළුවන්ද | කීයද | දීමනා එවන්න | බස් නැවතුම කොහෙද |
    මගේ ඇණවුම අවලංගු කරන්න | හෙට එන්නම් | ස්තූතියි`,
  'si-latin': `mata epa kiyanne neha, ganna one | rathu eka epa | ada badu ewanna epa | nawatha ewanna | kiyada | heta ennam | stuthi | alut offer mokakda`,
  ta: `சிவப்பு வேண்டாம் நீலம் வேண்டும் | பேருந்து நிறுத்தம் எங்கே | இன்று பொருள் அனுப்ப வேண்டாம் | விலை என்ன | புதிய சலுகை என்ன | நாளை வருகிறேன் | நன்றி |
    ஒரு கிலோ போதுமா`,
  'ta-latin': `sivappu vendam neelam venum | bus niruthum enga | vilai enna | nandri | pudhu offer enna | naalai varugiren`,
};
const classOf = (text: string) => (readKeyword(text)?.keyword === 'stop' ? 'exact' : readDoubt(text) ? 'near' : 'none');
const phrases = Object.entries({ exact: EXACT, near: NEAR, none: NONE }).flatMap(([expected, languages]) =>
  Object.entries(languages).flatMap(([language, texts]) =>
    texts.split('|').map((text) => ({ expected, language, text: text.trim() })),
  ),
);

describe('a wish to hear no more', () => {
  it('is told in three languages, from what only looks like one', () => {
    expect(phrases.length).toBeGreaterThanOrEqual(200);
    const wrong = phrases.filter(({ text, expected }) => classOf(text) !== expected);
    expect(wrong.map(({ text, expected }) => `${text}: ${classOf(text)}, not ${expected}`)).toEqual([]);
  });

  it('is looked for in short messages only, and in no other keyword', () => {
    expect(readDoubt(`stop these messages ${'please '.repeat(40)}`)).toBe(false);
    expect(
      ['my data', 'why', 'how did you get my number', 'forget me'].map((text) => readKeyword(text)?.keyword),
    ).toEqual(['mydata', 'why', 'why', 'forget']);
  });
});
