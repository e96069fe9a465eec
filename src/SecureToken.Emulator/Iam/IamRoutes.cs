using System.Security.Cryptography;
using System.Text;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Iam;

/// <summary><c>POST /identity/token</c>: an API key, or a compute resource's token with a trusted profile, becomes an IAM token.</summary>
internal sealed class IamRoutes(EmulatorState state)
{
    private const string ApiKeyGrant = "urn:ibm:params:oauth:grant-type:apikey";
    private const string ComputeResourceGrant = "urn:ibm:params:oauth:grant-type:cr-token";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/identity/token", (RequestDelegate)ExchangeAsync);

    private async Task ExchangeAsync(HttpContext context)
    {
        if (await FormFields.ReadAsync(context.Request) is not { } form)
        {
            await IamErrors.MissingPropertyAsync(context, "The body must be application/x-www-form-urlencoded.");
            return;
        }

        if (FormFields.Single(form["grant_type"]) is not { } grant)
        {
            await IamErrors.MissingPropertyAsync(context, "grant_type must be given once.");
        }
        else if (grant is not (ApiKeyGrant or ComputeResourceGrant))
        {
            await IamErrors.BadParameterAsync(context, "grant_type is not supported.");
        }
        else if (form.TryGetValue("response_type", out var responseType) && FormFields.Single(responseType) != "cloud_iam")
        {
            await IamErrors.BadParameterAsync(context, "response_type is not supported.");
        }
        else
        {
            await (grant == ApiKeyGrant ? ExchangeApiKeyAsync(context, form) : ExchangeComputeTokenAsync(context, form));
        }
    }

    private Task ExchangeApiKeyAsync(HttpContext context, IFormCollection form) =>
        FormFields.Single(form["apikey"]) is not { } apiKey ? IamErrors.MissingPropertyAsync(context, "apikey must be given once.")
        : !Same(apiKey, state.ApiKey) ? IamErrors.UnknownApiKeyAsync(context)
        : AnswerAsync(context, ApiKeyGrant);

    private Task ExchangeComputeTokenAsync(HttpContext context, IFormCollection form)
    {
        var resource = state.ComputeResource;
        (string Field, string Expected)[] profile =
            [("profile_id", resource.ProfileId), ("profile_name", resource.ProfileName), ("profile_crn", resource.ProfileCrn)];
        var given = profile.Where(field => form.ContainsKey(field.Field)).ToArray();
        return FormFields.Single(form["cr_token"]) is not { } token ? IamErrors.MissingPropertyAsync(context, "cr_token must be given once.")
            : given.Length == 0 ? IamErrors.MissingPropertyAsync(context, "One of profile_id, profile_name and profile_crn must be given.")
            : !Same(token, resource.Token) ? IamErrors.ComputeTokenRefusedAsync(context)
            : given.Any(field => FormFields.Single(form[field.Field]) != field.Expected) ? IamErrors.ProfileNotLinkedAsync(context)
            : AnswerAsync(context, ComputeResourceGrant);
    }

    private Task AnswerAsync(HttpContext context, string grant)
    {
        var issued = state.IamTokens.Issue($"{context.Request.Scheme}://{context.Request.Host.Value}/identity", grant);
        context.Response.Headers[IamErrors.CorrelationHeader] = Guid.NewGuid().ToString("N");
        return ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
        {
            access_token = issued.AccessToken,
            refresh_token = "not_supported",
            ims_user_id = 12345678,
            token_type = "Bearer",
            expires_in = issued.ExpiresIn,
            expiration = issued.Expiration,
            scope = "ibm openid",
        });
    }

    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
