export function actionOf(method: string, path: string, headers: object, body?: string | Buffer): string;
