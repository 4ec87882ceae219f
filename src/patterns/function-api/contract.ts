/** Environment of the function that verifies JSON Web Tokens. */
export const JWT_ISSUER = 'JWT_ISSUER';
/** JSON array of strings, one of which must be the token's audience. */
export const JWT_AUDIENCE = 'JWT_AUDIENCE';
/** JSON array of strings, one of which the token must have as scope; empty means that none is asked for. */
export const JWT_SCOPES = 'JWT_SCOPES';
/** Address of the issuer's key set; empty means that the issuer's discovery document says it. */
export const JWT_KEY_SET = 'JWT_KEY_SET';
