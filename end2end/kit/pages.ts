// The pages of the portal, by the names that tests call them.
import { Audit, InvitationList, Invitations, Organisation, Policy, User, Users } from './pages/administration';
import { AddressLink, Enrol, Forgot, Invitation, Renew, Reset, SetUp, SignIn, SignInCode, SignOut } from './pages/gate';
import { NewTenant, Outbox, Tenant, Tenants } from './pages/operator';
import { Gallery, Home } from './pages/portal';
import { Activity, MyData, Passkeys, Profile, SecondFactor, Security, Sessions } from './pages/profile';

export * from './pages/administration';
export * from './pages/gate';
export { about } from './pages/page';
export * from './pages/operator';
export * from './pages/portal';
export * from './pages/profile';

/** The fixtures: each page in the test's tab. */
export const pages = {
  addressLink: AddressLink,
  enrol: Enrol,
  forgot: Forgot,
  invitation: Invitation,
  renew: Renew,
  reset: Reset,
  setUp: SetUp,
  signIn: SignIn,
  signInCode: SignInCode,
  signOut: SignOut,
  gallery: Gallery,
  home: Home,
  activity: Activity,
  myData: MyData,
  passkeys: Passkeys,
  profile: Profile,
  secondFactor: SecondFactor,
  security: Security,
  sessions: Sessions,
  audit: Audit,
  invitationList: InvitationList,
  invitations: Invitations,
  organisation: Organisation,
  policy: Policy,
  user: User,
  users: Users,
  newTenant: NewTenant,
  outbox: Outbox,
  tenant: Tenant,
  tenants: Tenants,
};
