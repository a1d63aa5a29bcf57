/** Bodies for test sends: every documented field, null rather than omitted, in the order of the documentation. */
import type { EventType } from './event.ts';

/** Not a real service: every link in a sample leads nowhere. */
const SITE = 'https://pipelines.example.com';
const SAMPLE_TIME = Date.UTC(2015, 10, 20, 23, 43, 1);

/**
 * A body that receivers can practise on. `scopeName` is the application for builds, the environment for deploys.
 * `at`: the time in it, ms since the epoch; without it the one of the documentation's sample.
 */
export function sampleEventBody(
  type: EventType,
  account: string,
  scopeName: string,
  at: number = SAMPLE_TIME,
): Record<string, unknown> {
  const isFinished = type.endsWith('.finished');
  const sample = { home: `${SITE}/${inPath(account)}`, account, scopeName, isFinished };
  return type.startsWith('build.') ? buildBody(sample, at) : deployBody(sample, at);
}

interface Sample {
  home: string;
  account: string;
  scopeName: string;
  isFinished: boolean;
}

function buildBody({ home, account, scopeName, isFinished }: Sample, at: number): Record<string, unknown> {
  const commitId = '2670a8bf48bbc326833b24854c6559b82577a832';
  return {
    api_url: `${home}/builds/6982`,
    app_name: scopeName,
    build_num: '6982',
    build_server: null,
    commit: {
      branch: 'main',
      commit_id: commitId,
      committer: account,
      date: null,
      msg: 'A test of your webhook',
      repo_name: scopeName,
      repo_owner: account,
      url: `${home}/repositories/${inPath(scopeName)}/commit/${commitId}`,
    },
    create_time: timestamp(at),
    dependencies: null,
    deployments: isFinished ? [] : null,
    end_time: isFinished ? timestamp(at + 54_000) : null,
    html_url: `${home}/builds/6982`,
    release_url: isFinished ? `${home}/apps/${inPath(scopeName)}/releases/v54` : null,
    release_version: isFinished ? 'v54' : null,
    start_time: isFinished ? timestamp(at + 6000) : null,
    status: isFinished ? 'Success' : 'Queued',
  };
}

function deployBody({ home, account, scopeName, isFinished }: Sample, at: number): Record<string, unknown> {
  return {
    api_url: `${home}/deployments/44933`,
    app_name: 'sample-app',
    app_url: `${home}/apps/sample-app`,
    deployer: account,
    deployment_id: 'd-gigh44erc1db875a98d',
    deployment_number: '44933',
    deployment_state: isFinished ? 'Ok' : 'InProgress',
    deployment_time: timestamp(at),
    deployment_type: 'Deploy',
    env_name: scopeName,
    env_url: `${home}/envs/${inPath(scopeName)}`,
    html_url: `${home}/deployments/44933`,
    release_url: `${home}/apps/sample-app/releases/v54`,
    release_version: 'v54',
    servers: { done: isFinished ? 1 : 0, failed: 0, in_progress: 0, pending: 0, waiting: isFinished ? 0 : 1 },
    servers_url: `${home}/deployments/d-gigh44erc1db875a98d/servers`,
    stagger_delay: 60,
    stagger_size: 1,
  };
}

function inPath(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The documented form: `YYYY-MM-DDTHH:MM:SSZ`. */
function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
