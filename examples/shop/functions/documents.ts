import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Made once a sandbox, not once a request. */
export const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
