import type { CDPSession, Page } from '@playwright/test';

/** A device of somebody's, without hardware, in one tab: it keeps passkeys, and its user is always there and verified. */
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

  /** Whether its user touches it when it is asked. Where a page offers passkeys in a field, that signs in at once. */
  async touches(enabled: boolean): Promise<void> {
    await this.devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: this.authenticatorId, enabled });
  }

  /** Whether it knows its user by a finger or a PIN. */
  async verifies(isUserVerified: boolean): Promise<void> {
    await this.devTools.send('WebAuthn.setUserVerified', { authenticatorId: this.authenticatorId, isUserVerified });
  }

  /** How many passkeys it keeps that need no name to be typed. */
  async kept(): Promise<number> {
    const { credentials } = await this.devTools.send('WebAuthn.getCredentials', { authenticatorId: this.authenticatorId });
    return credentials.filter(one => one.isResidentCredential).length;
  }
}
