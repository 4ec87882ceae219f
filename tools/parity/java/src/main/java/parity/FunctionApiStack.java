package parity;

import io.github.cdkserverlesspatterns.AlarmActions;
import io.github.cdkserverlesspatterns.AlarmSetting;
import io.github.cdkserverlesspatterns.AlarmSettingOptions;
import io.github.cdkserverlesspatterns.ApiAccess;
import io.github.cdkserverlesspatterns.ApiAuthorizerConfig;
import io.github.cdkserverlesspatterns.ApiCors;
import io.github.cdkserverlesspatterns.ApiCorsOptions;
import io.github.cdkserverlesspatterns.ApiRoute;
import io.github.cdkserverlesspatterns.ApiRouteOptions;
import io.github.cdkserverlesspatterns.FunctionApi;
import io.github.cdkserverlesspatterns.FunctionApiAlarms;
import io.github.cdkserverlesspatterns.IApiAuthorizer;
import io.github.cdkserverlesspatterns.JwtAccessOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.apigateway.ThrottleSettings;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Function;
import software.constructs.Construct;

final class FunctionApiStack extends Stack {
  private static final class PartnerAuthorizer implements IApiAuthorizer {
    @Override
    public ApiAuthorizerConfig bind(Construct scope) {
      return ApiAuthorizerConfig.builder()
          .securityScheme(Map.of(
              "type", "apiKey",
              "name", "x-partner",
              "in", "header",
              "x-amazon-apigateway-authtype", "custom",
              "x-amazon-apigateway-authorizer", Map.of("type", "token", "authorizerUri", "arn:aws:partner")))
          .identityHeaders(List.of("x-partner"))
          .build();
    }
  }

  FunctionApiStack(Construct scope, String id) {
    super(scope, id);
    Function orders = InlineFunction.create(this, "Orders");
    Alias live = Alias.Builder.create(this, "Live").aliasName("live").version(orders.getCurrentVersion()).build();

    FunctionApi api = FunctionApi.Builder.create(this, "Api")
        .access(ApiAccess.iam())
        .routes(Map.of(
            "POST /orders", ApiRoute.to(orders, ApiRouteOptions.builder()
                .body(Map.of(
                    "type", "object",
                    "required", List.of("item"),
                    "properties", Map.of("item", Map.of("type", "string"), "quantity", Map.of("type", "integer", "minimum", 1))))
                .requiredHeaders(List.of("Idempotency-Key"))
                .build()),
            "GET /orders/{id}", ApiRoute.to(live, ApiRouteOptions.builder()
                .access(ApiAccess.jwt("https://login.example.com", JwtAccessOptions.builder().audience(List.of("orders")).build()))
                .build()),
            "DELETE /orders/{id}", ApiRoute.to(live, ApiRouteOptions.builder()
                .access(ApiAccess.apiKey())
                .throttle(ThrottleSettings.builder().rateLimit(5).burstLimit(10).build())
                .build()),
            "GET /partners", ApiRoute.to(orders, ApiRouteOptions.builder()
                .access(ApiAccess.authorizer(new PartnerAuthorizer()))
                .build())))
        .cors(ApiCors.origins(
            List.of("https://shop.example.com", "https://admin.example.com"), ApiCorsOptions.builder().maxAge(Duration.hours(1)).build()))
        .alarms(FunctionApiAlarms.builder()
            .latencyP99(AlarmSetting.threshold(800, AlarmSettingOptions.builder().period(Duration.minutes(1)).build()))
            .serverErrorRate(AlarmSetting.off("a trial"))
            .build())
        .build();
    api.addRoute("ANY /files/{path+}", ApiRoute.to(orders));
    AlarmActions.of(this).none("a trial");
  }
}
