using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Identity;

/// <summary><c>POST /identity/token</c>: an API key becomes an IAM token.</summary>
internal sealed class IamRoutes(EmulatorState state)
{
    private const string ApiKeyGrant = "urn:ibm:params:oauth:grant-type:apikey";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/identity/token", (RequestDelegate)ExchangeAsync);

    private async Task ExchangeAsync(HttpContext context)
    {
        if (await ReadFormAsync(context.Request) is not { } form)
        {
            await IamErrors.MissingPropertyAsync(context, "The body must be application/x-www-form-urlencoded.");
            return;
        }

        if (Single(form["grant_type"]) is not { } grant)
        {
            await IamErrors.MissingPropertyAsync(context, "grant_type must be given once.");
        }
        else if (grant != ApiKeyGrant)
        {
            await IamErrors.BadParameterAsync(context, "grant_type is not supported.");
        }
        else if (form.TryGetValue("response_type", out var responseType) && Single(responseType) != "cloud_iam")
        {
            await IamErrors.BadParameterAsync(context, "response_type is not supported.");
        }
        else if (Single(form["apikey"]) is not { } apiKey)
        {
            await IamErrors.MissingPropertyAsync(context, "apikey must be given once.");
        }
        else if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(apiKey), Encoding.UTF8.GetBytes(state.ApiKey)))
        {
            await IamErrors.UnknownApiKeyAsync(context);
        }
        else
        {
            await AnswerAsync(context);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var issued = state.IamTokens.Issue($"{context.Request.Scheme}://{context.Request.Host.Value}/identity");
        context.Response.Headers[IamErrors.CorrelationHeader] = Guid.NewGuid().ToString("N");
        return Reply.JsonAsync(context, StatusCodes.Status200OK, new
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

    private static async Task<IFormCollection?> ReadFormAsync(HttpRequest request)
    {
        var mediaType = request.ContentType?.Split(';')[0].Trim();
        if (!string.Equals(mediaType, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception failure) when (failure is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static string? Single(StringValues values) => values.Count == 1 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
}
