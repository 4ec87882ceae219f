import {
  AdminCreateUserCommand, AdminInitiateAuthCommand, AdminSetUserPasswordCommand, CognitoIdentityProviderClient, UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { Stage } from './chapters';

/** A customer with a password, and the token that the shop's page would have. */
export async function signIn({ engine, outputs }: Stage, name = 'ada'): Promise<string> {
  const cognito = new CognitoIdentityProviderClient(engine.client);
  const user = { UserPoolId: outputs.UserPoolId, Username: `${name}@example.com` };
  const password = 'Correct-horse-1';
  await cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' })).catch((error) => {
    if (!(error instanceof UsernameExistsException)) throw error;
  });
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  const { AuthenticationResult } = await cognito.send(new AdminInitiateAuthCommand({
    UserPoolId: outputs.UserPoolId,
    ClientId: outputs.ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: user.Username, PASSWORD: password },
  }));
  return AuthenticationResult!.IdToken!;
}

/** What the shop knows a customer by. */
export function customerOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).sub;
}
