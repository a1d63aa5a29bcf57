/** Signs and verifies webhooks: Standard Webhooks, GitHub's way, or a plain token. Needs Node alone. */
export type { HeaderSource } from './headers.ts';
export { signRequest } from './sign-request.ts';
export type { SignRequestInput, SigningProfile } from './sign-request.ts';
export type { Body } from './signatures.ts';
export {
  DEFAULT_TOLERANCE_SEC,
  verifyGithub,
  verifySignature,
  verifyStandard,
  verifyToken,
} from './verify-signature.ts';
export type {
  Verification,
  VerifyFailure,
  VerifyGithubInput,
  VerifySignatureInput,
  VerifyStandardInput,
  VerifyTokenInput,
} from './verify-signature.ts';
