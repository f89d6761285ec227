import { startEmbedded } from '../../../../core/db/embedded/startEmbedded.ts';

// An embedded server until it is killed: says that it opens its folder, then its address.

process.stdout.write('opening\n');
startEmbedded({ folder: process.argv[2] ?? '' }).then(
  ({ uri }) => process.stdout.write(`${uri}\n`),
  (error: Error) => process.stderr.write(`${error.message}\n`),
);
