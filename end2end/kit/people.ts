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
