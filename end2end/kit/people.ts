/** A person with an account. */
export type Person = { name: string; organisation: string; email: string; password: string };

/** A role in an organisation, as `portvakt serve --demo` names it. */
export type Role = 'owner' | 'administrator' | 'auditor' | 'member';

/** The person who sets a portal up, and its first owner. */
export const owner: Person = {
  name: 'Anna Lindqvist',
  organisation: 'Mårdby Systems AB',
  email: 'anna.lindqvist@nordhamn.example',
  password: 'granit fyr vinterljus 7',
};

/** A person whose account is imported from another program, with a bcrypt hash made by Python's passlib. */
export const imported = {
  name: 'Karim Bensaid',
  organisation: owner.organisation,
  email: 'karim.bensaid@nordhamn.example',
  password: owner.password,
  role: 'Member',
  hash: '$2b$04$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK',
};
