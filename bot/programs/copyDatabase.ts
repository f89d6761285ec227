import { copyEmbedded, Refusal, type Settings } from '../../core/index.ts';
import { runProgram } from './runProgram.ts';

const USAGE =
  'Say where to or where from: npm run -s db:copy -- --to mongodb://…, or --from mongodb://…; --to or --from alone means the server that MONGODB_URI names.';

await runProgram(process.env, async (settings, words, say) => {
  const { direction, uri } = readWords(words, settings);
  await copyEmbedded({ dataDir: settings.DATA_DIR, database: settings.MONGODB_NAME, uri, direction, say });
  say(
    direction === 'to'
      ? 'All is there. Set MONGODB_URI to that server and start Kade, with the same DATA_DIR: stored files stay in it.'
      : 'All is here. Unset MONGODB_URI and start Kade.',
  );
});

function readWords(words: string[], settings: Settings): { direction: 'to' | 'from'; uri: string } {
  const [flag, value = settings.MONGODB_URI, ...more] = words.flatMap((word) =>
    word.split(/^(--\w+)=/).filter(Boolean),
  );
  const direction = { '--to': 'to', '--from': 'from' }[flag ?? ''];
  if ((direction !== 'to' && direction !== 'from') || more.length > 0) throw new Refusal(USAGE);
  if (!value || !/^mongodb(\+srv)?:\/\//.test(value)) throw new Refusal(USAGE);
  return { direction, uri: value };
}
