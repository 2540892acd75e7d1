import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail server that keeps each mail until a test asks for it. */
export class Post {
  private readonly mails: { to: string; source: Buffer; mail?: ParsedMail }[] = [];
  private wake: () => void = () => {};
  /** Addresses whose mail it refuses with 550. */
  readonly refuses = new Set<string>();
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: ({ address }, _session, done) => {
      const refused = Object.assign(new Error('no such mailbox'), { responseCode: 550 });
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

  /** The server's address for the portal's configuration. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** Waits for the next mail to this address with this subject. */
  async receives(to: string, subject: string): Promise<ParsedMail> {
    for (;;) {
      const count = this.mails.length;
      for (const one of this.mails.filter(one => one.to === to)) {
        // Parsed here and not on arrival: a test that sends a thousand invitations reads two.
        one.mail ??= await simpleParser(one.source);
        if (one.mail.subject === subject) {
          this.mails.splice(this.mails.indexOf(one), 1);
          return one.mail;
        }
      }
      // A mail may have arrived while these were parsed.
      if (this.mails.length === count) await new Promise<void>(wake => (this.wake = wake));
    }
  }

  async stop(): Promise<void> {
    await new Promise<void>(done => this.server.close(() => done()));
  }
}

/** The link of a mail's button. It has to be the same in the text and in the HTML. */
export function linkIn(mail: ParsedMail): string {
  const link = mail.text!.match(/^http\S+$/m)?.[0];
  if (!link || !(mail.html as string).includes(`href="${link}"`)) throw new Error(`no link: ${mail.text}`);
  return link;
}
