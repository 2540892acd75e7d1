import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of this secret (base32) at a number of 30-second steps from now (RFC 6238). */
export function totp(secret: string, steps = 0): string {
  const bits = [...secret.replaceAll(' ', '')].map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map(byte => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A code that is wrong now and two steps around it. */
export function wrongTotp(secret: string): string {
  const near = [-2, -1, 0, 1, 2].map(steps => totp(secret, steps));
  return ['000000', '000001', '000002', '000003', '000004', '000005'].find(code => !near.includes(code))!;
}
