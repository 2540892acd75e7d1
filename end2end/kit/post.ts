import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail server that keeps what it is given. */
export class Post {
  private readonly mails: { to: string; source: Buffer; mail?: ParsedMail }[] = [];
  private wake: () => void = () => {};
  /** Addresses that it takes nothing for, with 550. */
  readonly refuses = new Set<string>();
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: ({ address }, _session, done) => {
      const refused = Object.assign(new Error('nobody here'), { responseCode: 550 });
      done(this.refuses.has(address) ? refused : null);
    },
    onData: (stream, session, done) => {
      buffer(stream).then(source => {
        this.mails.push({ to: session.envelope.rcptTo.map(to => to.address).join(), source });
        this.wake();
        done();
      }, done);
    },
  });

  static async start(): Promise<Post> {
    const post = new Post();
    post.server.listen(0, '127.0.0.1');
    await once(post.server.server, 'listening');
    return post;
  }

  /** Where it is, as the portal is told. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** The next mail to an address with these words in its subject. */
  async receives(to: string, subject: string): Promise<ParsedMail> {
    for (;;) {
      const count = this.mails.length;
      for (const one of this.mails.filter(one => one.to === to)) {
        // Not when it comes: of a thousand invitations a test reads two.
        one.mail ??= await simpleParser(one.source);
        if (one.mail.subject === subject) {
          this.mails.splice(this.mails.indexOf(one), 1);
          return one.mail;
        }
      }
      // One may have come while these were read.
      if (this.mails.length === count) await new Promise<void>(wake => (this.wake = wake));
    }
  }

  async stop(): Promise<void> {
    await new Promise<void>(done => this.server.close(() => done()));
  }
}

/** The address that a mail's button leads to: the same in the text and in the HTML. */
export function linkIn(mail: ParsedMail): string {
  const link = mail.text!.match(/^http\S+$/m)?.[0];
  if (!link || !(mail.html as string).includes(`href="${link}"`)) throw new Error(`no link: ${mail.text}`);
  return link;
}
