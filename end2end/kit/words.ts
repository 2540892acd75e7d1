// The words of the pages in both languages: a file for each part of the portal, and one name for each text.
import { administration } from './words/administration';
import { gate } from './words/gate';
import { operator } from './words/operator';
import { portal } from './words/portal';
import { profile } from './words/profile';

export type Language = 'sv' | 'en';

/** Joins two parts. A name that both have does not compile, because one text would hide the other. */
const join = <A extends object, B extends object>(one: A, other: B & { [name in keyof A]?: never }): A & B => ({ ...one, ...other });

const all = (language: Language) =>
  join(join(join(join(portal[language], gate[language]), profile[language]), administration[language]), operator[language]);

export const words = { sv: all('sv'), en: all('en') };
export type Words = typeof words.sv;
