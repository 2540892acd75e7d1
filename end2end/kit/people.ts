/** Somebody to sign in as. */
export type Person = { name: string; organisation: string; email: string; password: string };

/** What somebody may do in an organisation, as `portvakt serve --demo` names it. */
export type Role = 'owner' | 'administrator' | 'auditor' | 'member';

/** Who sets a portal up. */
export const owner: Person = {
  name: 'Anna Lindqvist',
  organisation: 'Mårdby Systems AB',
  email: 'anna.lindqvist@nordhamn.example',
  password: 'granit fyr vinterljus 7',
};

/** Somebody who comes from another program: the hash is bcrypt's, by Python's passlib. */
export const imported = {
  name: 'Karim Bensaid',
  organisation: owner.organisation,
  email: 'karim.bensaid@nordhamn.example',
  password: owner.password,
  role: 'Member',
  hash: '$2b$04$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK',
};
