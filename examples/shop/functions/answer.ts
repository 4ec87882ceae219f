import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

export function answer(statusCode: number, body?: object): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'access-control-allow-origin': process.env.SHOP_PAGE! },
    body: body ? JSON.stringify(body) : '',
  };
}

/** A handler that answers in the form that API Gateway wants whatever happens, so that the page can read errors too. */
export function answering(handle: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>) {
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    try {
      return await handle(event);
    } catch (error) {
      console.error(JSON.stringify({ level: 'ERROR', route: `${event.httpMethod} ${event.resource}`, error: String(error) }));
      return answer(500, { message: 'something went wrong on our side' });
    }
  };
}
