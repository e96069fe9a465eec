using System.Globalization;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Resources;

/// <summary>The resource controller: the list of instances, page by page, and one of them by GUID or CRN.</summary>
internal sealed class ResourceRoutes(EmulatorState state)
{
    private const int MostPerPage = 100;
    private const string Scheme = "Bearer ";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/resource_instances", ForIdentity(ListAsync));
        routes.MapGet("/v2/resource_instances/{id}", ForIdentity(GetAsync));
    }

    private RequestDelegate ForIdentity(RequestDelegate route) => context =>
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        var isKnown = authorization.StartsWith(Scheme, StringComparison.Ordinal) &&
            state.IamTokens.IamIdOf(authorization[Scheme.Length..]) is not null;
        return !isKnown
            ? ResourceErrors.WriteAsync(context, StatusCodes.Status401Unauthorized, "Token is not valid")
            : state.LookupAllowed ? route(context)
            : ResourceErrors.WriteAsync(context, StatusCodes.Status403Forbidden, "The user is not allowed to view the resource");
    };

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!TryReadNumber(query["limit"], MostPerPage, out var limit) || limit is < 1 or > MostPerPage ||
            !TryReadNumber(query["start"], 0, out var start))
        {
            return ResourceErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "limit or start is not valid");
        }

        var matches = state.Instances
            .Where(instance => Matches(query["name"], instance.Name) && Matches(query["guid"], instance.Id))
            .Where(instance => instance.State is "active" or "provisioning" || query["state"] == instance.State)
            .ToArray();
        limit = Math.Min(limit, state.InstancesPerPage);
        var page = matches.Skip(start).Take(limit).Select(Describe).ToArray();
        var next = start + limit < matches.Length ? NextUrl(context.Request, start + limit) : null;
        return ResponseWriter.JsonAsync(
            context, StatusCodes.Status200OK, new { rows_count = page.Length, next_url = next, resources = page });
    }

    private Task GetAsync(HttpContext context)
    {
        var id = LastSegment.Of(context);
        return state.Instances.FirstOrDefault(instance => id == instance.Id || id == CrnOf(instance)) is { } found
            ? ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, Describe(found))
            : ResourceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "The resource instance is not found");
    }

    private object Describe(EmulatorInstance instance) => new
    {
        guid = instance.Id,
        id = CrnOf(instance),
        crn = CrnOf(instance),
        name = instance.Name,
        region_id = instance.Region,
        resource_id = instance.Service,
        resource_group_id = "0123456789abcdef0123456789abcdef",
        state = instance.State,
        type = "service_instance",
        dashboard_url = string.Empty,
        parameters = new
        {
            external_api_auth = IsOwn(instance) && state.IamOnly ? "IAM_ONLY" : instance.ExternalApiAuth,
            default_receiver = true,
        },
        extensions = new { },
    };

    private string CrnOf(EmulatorInstance instance) =>
        $"crn:v1:bluemix:public:{instance.Service}:{instance.Region}:a/{state.IamTokens.Account}:{instance.Id}::";

    private bool IsOwn(EmulatorInstance instance) => string.Equals(instance.Id, state.InstanceId, StringComparison.OrdinalIgnoreCase);

    private static bool Matches(string? wanted, string value) => string.IsNullOrEmpty(wanted) || wanted == value;

    private static bool TryReadNumber(string? text, int otherwise, out int number)
    {
        number = otherwise;
        return string.IsNullOrEmpty(text) || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Relative, as the real one is; the mark of the next page means nothing to a client.</summary>
    private static string NextUrl(HttpRequest request, int start) =>
        request.Path + QueryString.Create(request.Query.Where(field => field.Key != "start"))
            .Add("start", start.ToString(CultureInfo.InvariantCulture)).ToString();
}
