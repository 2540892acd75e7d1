import type { CDPSession, Page } from '@playwright/test';

/** A virtual authenticator in one tab. It keeps passkeys; its user is present and verified until a test says otherwise. */
export class Authenticator {
  private constructor(
    private readonly devTools: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  static async of(page: Page): Promise<Authenticator> {
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new Authenticator(devTools, authenticatorId);
  }

  /** Sets whether the user touches it when a page asks. Where a page offers passkeys in a field, a touch signs in at once. */
  async touches(enabled: boolean): Promise<void> {
    await this.devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: this.authenticatorId, enabled });
  }

  /** Sets whether it verifies its user, as a fingerprint or a PIN does. */
  async verifies(isUserVerified: boolean): Promise<void> {
    await this.devTools.send('WebAuthn.setUserVerified', { authenticatorId: this.authenticatorId, isUserVerified });
  }

  /** The number of passkeys that it offers without a typed address. */
  async kept(): Promise<number> {
    const { credentials } = await this.devTools.send('WebAuthn.getCredentials', { authenticatorId: this.authenticatorId });
    return credentials.filter(one => one.isResidentCredential).length;
  }
}
