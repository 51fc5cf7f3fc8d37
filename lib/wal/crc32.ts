import * as zlib from "node:zlib";

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 in plain JavaScript, for Node 20 before 20.15, whose zlib has none. */
export function plainCrc32(data: Uint8Array, value = 0): number {
  let crc = ~value;
  for (const byte of data) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * CRC-32 as in gzip and PNG (IEEE 802.3, reflected): `python3 -c "import zlib; print(hex(zlib.crc32(data)))"` gives the
 * same. `value` continues an earlier checksum.
 */
export const crc32: (data: Uint8Array, value?: number) => number =
  (zlib as { crc32?: typeof zlib.crc32 }).crc32 ?? plainCrc32;
