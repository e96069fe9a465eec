using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Emulator.Credentials;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Iam;

/// <summary>
/// The metadata service of a VPC instance, in both of its versions: the instance gets an identity token, and for that an IAM token.
/// The real one has an address of its own; here it is the emulator's.
/// </summary>
internal sealed class MetadataRoutes(EmulatorState state)
{
    private const string Old = "2022-03-01";
    private const string New = "2025-08-26";

    private static readonly TimeSpan LongestIdentity = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _identities = [];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/instance_identity/v1/token", For(Old, EmulatorMetadata.Version2022, IdentifyAsync));
        routes.MapPost("/instance_identity/v1/iam_token", For(Old, EmulatorMetadata.Version2022, ExchangeAsync));
        routes.MapPut("/identity/v1/token", For(New, EmulatorMetadata.Version2025, IdentifyAsync));
        routes.MapPost("/identity/v1/iam_tokens", For(New, EmulatorMetadata.Version2025, ExchangeAsync));
    }

    private RequestDelegate For(string version, EmulatorMetadata only, RequestDelegate route) => async context =>
    {
        if (state.Metadata != EmulatorMetadata.Both && state.Metadata != only)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "not_found", "There is no such resource");
        }
        else if (context.Request.Query["version"] != version)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_version", "The version of the path must be given");
        }
        else
        {
            await route(context);
        }
    };

    private async Task IdentifyAsync(HttpContext context)
    {
        if (context.Request.Headers["Metadata-Flavor"] != "ibm")
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "missing_header", "Metadata-Flavor: ibm must be sent");
            return;
        }

        var body = await ReadAsync(context);
        var life =
            body is not { } given || !given.TryGetProperty("expires_in", out var seconds) ? TimeSpan.FromMinutes(5)
            : seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt32(out var number) ? TimeSpan.FromSeconds(number)
            : TimeSpan.Zero;
        if (life < TimeSpan.FromSeconds(5) || life > LongestIdentity)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_value", "expires_in is from 5 to 3600");
            return;
        }

        var token = $"eyJ{Random(24)}.{Random(48)}.identity";
        var now = state.Clock.GetUtcNow();
        lock (_gate)
        {
            _identities[token] = now + life;
        }

        await AnswerAsync(context, token, now, (int)life.TotalSeconds);
    }

    private async Task ExchangeAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal) || !IsKnown(authorization["Bearer ".Length..]))
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "not_authorized", "The identity token is not valid");
            return;
        }

        var profile = await ReadAsync(context) is { } body && body.TryGetProperty("trusted_profile", out var named)
            ? ProfileOf(named)
            : state.ComputeResource.DefaultProfile;
        if (profile is null)
        {
            await RefuseAsync(
                context, StatusCodes.Status400BadRequest, "invalid_trusted_profile", "The trusted profile is not linked to this instance");
            return;
        }

        var issued = state.IamTokens.Issue(
            $"{context.Request.Scheme}://{context.Request.Host.Value}/identity", "urn:ibm:params:oauth:grant-type:cr-token", profile);
        await AnswerAsync(context, issued.AccessToken, state.Clock.GetUtcNow(), issued.ExpiresIn);
    }

    private bool IsKnown(string identity)
    {
        lock (_gate)
        {
            return _identities.TryGetValue(identity, out var end) && state.Clock.GetUtcNow() < end;
        }
    }

    /// <summary>The linked profile that is named by exactly one of id and CRN, or null.</summary>
    private Identity? ProfileOf(JsonElement profile)
    {
        if (profile.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var hasId = profile.TryGetProperty("id", out var id);
        var hasCrn = profile.TryGetProperty("crn", out var crn);
        return hasId == hasCrn ? null
            : hasId ? state.ComputeResource.ById(TextOf(id))
            : state.ComputeResource.ByCrn(TextOf(crn));

        static string? TextOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }

    private static async Task<JsonElement?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or 0)
        {
            return null;
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task AnswerAsync(HttpContext context, string token, DateTimeOffset now, int seconds) =>
        ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
    {
        access_token = token,
        created_at = Rfc3339(now),
        expires_at = Rfc3339(now.AddSeconds(seconds)),
        expires_in = seconds,
    });

    private static string Random(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    private static string Rfc3339(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static Task RefuseAsync(HttpContext context, int status, string code, string message) =>
        ResponseWriter.JsonAsync(context, status, new { errors = new[] { new { code, message } }, trace = Guid.NewGuid().ToString("N") });
}
