import { mongo } from 'mongoose';

const { BSON } = mongo;
/** Every value keeps its BSON type: 1 is not 1.0. */
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;
const [DOCUMENT, ARRAY] = [3, 4];

/** A raw document as a value that the driver writes as the same bytes again. */
export function exactDocument(raw: Uint8Array): mongo.Document {
  const doc = BSON.deserialize(raw, EXACT);
  return Buffer.compare(BSON.serialize(doc), raw) === 0 ? doc : mapOf(raw);
}

/** JavaScript's objects move keys like "10" to the front; a Map keeps them where they are. */
function mapOf(raw: Uint8Array): Map<string, unknown> {
  const map = new Map<string, unknown>();
  for (const [type, nameAt, nameLength, at, length] of BSON.onDemand.parseToElements(raw)) {
    const name = Buffer.from(raw.subarray(nameAt, nameAt + nameLength)).toString('utf8');
    const bytes = raw.subarray(at, at + length);
    if (type === DOCUMENT) map.set(name, mapOf(bytes));
    else if (type === ARRAY) map.set(name, [...mapOf(bytes).values()]);
    else map.set(name, loneValue(type, bytes));
  }
  return map;
}

function loneValue(type: number, bytes: Uint8Array): unknown {
  const doc = Buffer.alloc(8 + bytes.length);
  doc.writeInt32LE(doc.length, 0);
  doc.writeUInt8(type, 4);
  doc.write('v\0', 5);
  doc.set(bytes, 7);
  return BSON.deserialize(doc, EXACT).v;
}
