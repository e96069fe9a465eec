using System.Security.Cryptography;
using System.Text;
using SecureToken.Emulator.Credentials;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Iam;

/// <summary>
/// <c>POST /identity/token</c>: an API key, a compute resource's token with a trusted profile, or an IAM token that assumes a trusted
/// profile, becomes an IAM token.
/// </summary>
internal sealed class IamRoutes(EmulatorState state)
{
    private const string Path = "/identity/token";
    private const string ApiKeyGrant = "urn:ibm:params:oauth:grant-type:apikey";
    private const string ComputeResourceGrant = "urn:ibm:params:oauth:grant-type:cr-token";
    private const string AssumeGrant = "urn:ibm:params:oauth:grant-type:assume";

    private static readonly string[] OtherMethods = ["GET", "HEAD", "PUT", "PATCH", "DELETE"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, (RequestDelegate)ExchangeAsync);
        routes.MapMethods(Path, OtherMethods, (RequestDelegate)IamErrors.WrongMethodAsync);
    }

    private async Task ExchangeAsync(HttpContext context)
    {
        if (state.IamError is { } error)
        {
            await IamErrors.OrderedAsync(context, error);
        }
        else if (await FormFields.ReadAsync(context.Request) is not { } form)
        {
            await IamErrors.MissingPropertyAsync(context, "The body must be application/x-www-form-urlencoded.");
        }
        else if (FormFields.Single(form["grant_type"]) is not { } grant)
        {
            await IamErrors.MissingPropertyAsync(context, "grant_type must be given once.");
        }
        else if (form.TryGetValue("response_type", out var responseType) && FormFields.Single(responseType) != "cloud_iam")
        {
            await IamErrors.BadParameterAsync(context, "response_type is not supported.");
        }
        else
        {
            await (grant switch
            {
                ApiKeyGrant => ExchangeApiKeyAsync(context, form),
                ComputeResourceGrant => ExchangeComputeTokenAsync(context, form),
                AssumeGrant => AssumeAsync(context, form),
                _ => IamErrors.BadParameterAsync(context, "grant_type is not supported."),
            });
        }
    }

    private Task ExchangeApiKeyAsync(HttpContext context, IFormCollection form) =>
        FormFields.Single(form["apikey"]) is not { } apiKey ? IamErrors.MissingPropertyAsync(context, "apikey must be given once.")
        : state.Identities.ByApiKey(apiKey) is not { } identity ? IamErrors.UnknownApiKeyAsync(context, apiKey)
        : AnswerAsync(context, ApiKeyGrant, identity);

    private Task ExchangeComputeTokenAsync(HttpContext context, IFormCollection form) =>
        FormFields.Single(form["cr_token"]) is not { } token ? IamErrors.MissingPropertyAsync(context, "cr_token must be given once.")
        : !NamesAProfile(form) ? MissingProfileAsync(context)
        : !Same(token, state.ComputeResource.Token) ? IamErrors.ComputeTokenRefusedAsync(context)
        : ProfileOf(form) is not { } profile ? IamErrors.ProfileNotLinkedAsync(context)
        : AnswerAsync(context, ComputeResourceGrant, profile);

    private Task AssumeAsync(HttpContext context, IFormCollection form) =>
        FormFields.Single(form["access_token"]) is not { } token ? IamErrors.MissingPropertyAsync(
            context, "access_token must be given once.")
        : !NamesAProfile(form) ? MissingProfileAsync(context)
        : state.IamTokens.IamIdOf(token) is null ? IamErrors.AccessTokenRefusedAsync(context)
        : ProfileOf(form) is not { } profile ? IamErrors.ProfileNotAssumedAsync(context)
        : AnswerAsync(context, AssumeGrant, profile);

    private static bool NamesAProfile(IFormCollection form) =>
        form.ContainsKey("profile_id") || form.ContainsKey("profile_name") || form.ContainsKey("profile_crn");

    /// <summary>The profile that is named, if all the names that are given are its own.</summary>
    private Identity? ProfileOf(IFormCollection form)
    {
        var resource = state.ComputeResource;
        (string Field, Func<string?, Identity?> Find)[] fields =
            [("profile_id", resource.ById), ("profile_name", resource.ByName), ("profile_crn", resource.ByCrn)];
        var named = fields
            .Where(field => form.ContainsKey(field.Field))
            .Select(field => field.Find(FormFields.Single(form[field.Field])))
            .Distinct()
            .ToArray();
        return named is [var profile] ? profile : null;
    }

    private static Task MissingProfileAsync(HttpContext context) =>
        IamErrors.MissingPropertyAsync(context, "One of profile_id, profile_name and profile_crn must be given.");

    private Task AnswerAsync(HttpContext context, string grant, Identity identity)
    {
        var issued = state.IamTokens.Issue($"{context.Request.Scheme}://{context.Request.Host.Value}/identity", grant, identity);
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
