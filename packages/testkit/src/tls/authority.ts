/** Certificates of an authority of our own, made with the openssl command in a folder that is removed. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** PEM texts. */
export interface KeyPair {
  key: string;
  cert: string;
}

/** An authority of a test's own. */
export interface Authority {
  /** Its own certificate, as PEM. */
  certificate(): Promise<string>;
  /** A certificate that nobody vouches for. `san`: such as `DNS:receiver.test,IP:127.0.0.1`. */
  selfSigned(name: string, subject: string, san?: string): Promise<KeyPair>;
  /** A certificate of this authority for `days` from now; -1: it ended yesterday. */
  issue(san: string, days?: number): Promise<KeyPair>;
  /** Removes its folder. */
  dispose(): Promise<void>;
}

/** Makes an authority. Needs the `openssl` command. */
export async function createAuthority(): Promise<Authority> {
  return OpensslAuthority.create();
}

class OpensslAuthority implements Authority {
  readonly #folder: string;
  #serial = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<OpensslAuthority> {
    const authority = new OpensslAuthority(await mkdtemp(join(tmpdir(), 'hooklane-tls-')));
    await authority.selfSigned('ca', '/CN=hooklane test authority');
    return authority;
  }

  certificate(): Promise<string> {
    return readFile(this.#path('ca.pem'), 'utf8');
  }

  async selfSigned(name: string, subject: string, san?: string): Promise<KeyPair> {
    const extension = san === undefined ? [] : ['-addext', `subjectAltName=${san}`];
    const files = ['-keyout', this.#path(`${name}.key`), '-out', this.#path(`${name}.pem`)];
    await run('openssl', [
      'req',
      '-x509',
      ...NEW_KEY,
      '-subj',
      subject,
      '-days',
      '2',
      ...extension,
      ...files,
    ]);
    return this.#read(name);
  }

  async issue(san: string, days = 2): Promise<KeyPair> {
    const name = `leaf-${(this.#serial += 1)}`;
    const [key, request, cert] = ['key', 'csr', 'pem'].map((end) => this.#path(`${name}.${end}`));
    await run('openssl', [
      'req',
      '-new',
      ...NEW_KEY,
      '-subj',
      '/CN=leaf',
      '-keyout',
      key,
      '-out',
      request,
    ] as string[]);
    await writeFile(this.#path('san'), `subjectAltName=${san}\n`);
    const authority = [
      '-CA',
      this.#path('ca.pem'),
      '-CAkey',
      this.#path('ca.key'),
      '-set_serial',
      `${this.#serial}`,
    ];
    const what = [
      '-in',
      request,
      '-out',
      cert,
      '-days',
      `${days}`,
      '-extfile',
      this.#path('san'),
    ] as string[];
    await run('openssl', ['x509', '-req', ...authority, ...what]);
    return this.#read(name);
  }

  dispose(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  async #read(name: string): Promise<KeyPair> {
    const [key, cert] = await Promise.all(
      ['key', 'pem'].map((end) => readFile(this.#path(`${name}.${end}`), 'utf8')),
    );
    return { key: key ?? '', cert: cert ?? '' };
  }

  #path(file: string): string {
    return join(this.#folder, file);
  }
}
