package parity;

import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.constructs.Construct;

final class InlineFunction {
  static Function create(Construct scope, String id) {
    return Function.Builder.create(scope, id)
        .runtime(Runtime.NODEJS_24_X)
        .handler("index.handler")
        .code(Code.fromInline("exports.handler = async () => ({ statusCode: 200 })"))
        .build();
  }

  private InlineFunction() {}
}
