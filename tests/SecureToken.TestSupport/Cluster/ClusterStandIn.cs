using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SecureToken.TestSupport.Cluster;

/// <summary>
/// A stand-in for the API server of a cluster, on loopback with TLS: objects with versions, the patches that kubectl and the tool send, dry
/// runs, and the refusals of service accounts by the stored Roles. The real kubectl gets, applies and patches here
/// (<c>ClusterStandInTests</c>). Neither field ownership nor the schemas of objects are checked.
/// </summary>
public sealed class ClusterStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly Lock _gate = new();
    private readonly ClusterObjects _objects = new();
    private readonly Dictionary<string, string> _users = new(StringComparer.Ordinal);
    private readonly List<string> _requests = [];

    private ClusterStandIn(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
        _users[AdminToken] = "admin";
    }

    /// <summary>May do everything.</summary>
    public string AdminToken { get; } = NewToken();

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Method and path with query of each request, in the order of their arrival.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Done with each request before it is answered: another writer in between, a delay, an answer of its own.</summary>
    public Func<HttpContext, Task>? Before { get; set; }

    /// <summary>Done when a request was carried out, before its answer is sent.</summary>
    public Action<HttpContext>? After { get; set; }

    public static async Task<ClusterStandIn> StartAsync(X509Certificate2? certificate = null)
    {
        certificate ??= Certificates.SelfSigned();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        WebApplication app = builder.Build();
        var cluster = new ClusterStandIn(app, certificate);
        app.Run(cluster.AnswerAsync);
        await app.StartAsync();
        return cluster;
    }

    /// <summary>A token of a service account.</summary>
    public string IssueToken(string inNamespace, string account)
    {
        string token = NewToken();
        lock (_gate)
        {
            _users[token] = $"system:serviceaccount:{inNamespace}:{account}";
        }

        return token;
    }

    /// <summary>Ends the life of a token.</summary>
    public void Expire(string token)
    {
        lock (_gate)
        {
            _users.Remove(token);
        }
    }

    /// <summary>What the kubelet puts into a pod: token, authority and namespace.</summary>
    public void WriteServiceAccount(string directory, string inNamespace, string token)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "token"), token);
        File.WriteAllText(Path.Combine(directory, "ca.crt"), _certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "namespace"), inNamespace);
    }

    /// <summary>What kubectl needs.</summary>
    public void WriteKubeconfig(string path, string token)
    {
        string authority = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem()));
        var config = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["current-context"] = "here",
            ["clusters"] = new JsonArray(new JsonObject
            {
                ["name"] = "stand-in",
                ["cluster"] = new JsonObject { ["server"] = Address.ToString(), ["certificate-authority-data"] = authority },
            }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = "someone", ["user"] = new JsonObject { ["token"] = token } }),
            ["contexts"] = new JsonArray(new JsonObject
            {
                ["name"] = "here",
                ["context"] = new JsonObject { ["cluster"] = "stand-in", ["user"] = "someone" },
            }),
        };
        File.WriteAllText(path, config.ToJsonString());
    }

    /// <summary>Stores a Secret with one key, or with none.</summary>
    public void CreateSecret(string inNamespace, string name, string? value = null, string key = "token", bool isImmutable = false)
    {
        var secret = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } };
        if (value is not null)
        {
            secret["stringData"] = new JsonObject { [key] = value };
        }

        if (isImmutable)
        {
            secret["immutable"] = true;
        }

        lock (_gate)
        {
            _objects.Create(Secret(inNamespace, name) with { Name = null }, secret, isRehearsal: false);
        }
    }

    /// <summary>Changes a Secret as another writer would.</summary>
    public void PatchSecret(string inNamespace, string name, JsonObject patch)
    {
        lock (_gate)
        {
            _objects.Patch(Secret(inNamespace, name), patch, isStrategic: false, isRehearsal: false);
        }
    }

    public void DeleteSecret(string inNamespace, string name)
    {
        lock (_gate)
        {
            _objects.Delete(Secret(inNamespace, name));
        }
    }

    /// <summary>A Secret as it is now.</summary>
    public JsonObject ReadSecret(string inNamespace, string name)
    {
        lock (_gate)
        {
            return (JsonObject)_objects.Get(Secret(inNamespace, name)).DeepClone();
        }
    }

    /// <summary>The value of a key as it is now; null when there is none.</summary>
    public string? ValueOf(string inNamespace, string name, string key = "token") =>
        ReadSecret(inNamespace, name)["data"]?[key]?.GetValue<string>() is { } base64
            ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(base64)) : null;

    /// <summary>How often a Secret was changed since it was created.</summary>
    public int WritesOf(string inNamespace, string name)
    {
        lock (_gate)
        {
            return _objects.WritesOf(Secret(inNamespace, name));
        }
    }

    /// <summary>Lets a service account do what a Role with these verbs allows for one Secret by name.</summary>
    public void Allow(string inNamespace, string account, string secret, params string[] verbs)
    {
        JsonObject Named(string name) => new() { ["name"] = name };
        var role = new JsonObject
        {
            ["metadata"] = Named(account),
            ["rules"] = new JsonArray(new JsonObject
            {
                ["apiGroups"] = new JsonArray(string.Empty),
                ["resources"] = new JsonArray("secrets"),
                ["resourceNames"] = new JsonArray(secret),
                ["verbs"] = new JsonArray([.. verbs.Select(verb => (JsonNode)verb)]),
            }),
        };
        var binding = new JsonObject
        {
            ["metadata"] = Named(account),
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = account, ["namespace"] = inNamespace }),
            ["roleRef"] = new JsonObject { ["kind"] = "Role", ["name"] = account, ["apiGroup"] = "rbac.authorization.k8s.io" },
        };
        lock (_gate)
        {
            _objects.Create(new ClusterTarget(ClusterResource.All.Single(one => one.Kind == "Role"), inNamespace, null), role, isRehearsal: false);
            _objects.Create(new ClusterTarget(ClusterResource.All.Single(one => one.Kind == "RoleBinding"), inNamespace, null), binding, isRehearsal: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private static string NewToken() => $"{Guid.NewGuid():N}.{Guid.NewGuid():N}.{Guid.NewGuid():N}";

    private static ClusterTarget Secret(string inNamespace, string name) =>
        new(ClusterResource.All.Single(resource => resource.Kind == "Secret"), inNamespace, name);

    private async Task AnswerAsync(HttpContext context)
    {
        lock (_gate)
        {
            _requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        }

        if (Before is { } before)
        {
            await before(context);
            if (context.Response.HasStarted)
            {
                return;
            }
        }

        JsonObject answer;
        try
        {
            // What may not be done is refused before the body is read: kubectl creates in a form that is not JSON.
            lock (_gate)
            {
                Authorize(context.Request);
            }

            JsonNode? body = context.Request.Method is "POST" or "PATCH" ? await JsonNode.ParseAsync(context.Request.Body) : null;
            lock (_gate)
            {
                answer = (JsonObject)Answer(context.Request, body as JsonObject).DeepClone();
            }

            context.Response.StatusCode = context.Request.Method == "POST" ? 201 : 200;
        }
        catch (ClusterRefusal refusal)
        {
            context.Response.StatusCode = refusal.Status;
            answer = refusal.ToJson();
        }
        catch (JsonException)
        {
            context.Response.StatusCode = 400;
            answer = ClusterRefusal.BadRequest("the body is not JSON").ToJson();
        }

        After?.Invoke(context);
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private void Authorize(HttpRequest request)
    {
        string bearer = request.Headers.Authorization.ToString();
        if (!bearer.StartsWith("Bearer ", StringComparison.Ordinal) || !_users.TryGetValue(bearer["Bearer ".Length..], out string? user))
        {
            throw ClusterRefusal.Unauthorized();
        }

        if (user != "admin" && ClusterTarget.Of(request.Path.ToString()) is { } target
            && !ClusterRoles.Allow(_objects, user, VerbOf(request.Method, target), target))
        {
            throw ClusterRefusal.Forbidden(target, user, VerbOf(request.Method, target));
        }
    }

    private JsonObject Answer(HttpRequest request, JsonObject? body)
    {
        string path = request.Path.ToString();
        if (request.Method == "GET" && ClusterDiscovery.Answer(path) is { } discovered)
        {
            return discovered;
        }

        ClusterTarget target = ClusterTarget.Of(path)
            ?? throw new ClusterRefusal(404, "NotFound", "the server could not find the requested resource");
        string verb = VerbOf(request.Method, target);
        bool isRehearsal = request.Query["dryRun"] == "All";
        return verb switch
        {
            "get" => _objects.Get(target),
            "list" => new JsonObject
            {
                ["kind"] = target.Resource.Kind + "List",
                ["apiVersion"] = target.Resource.GroupVersion,
                ["metadata"] = new JsonObject { ["resourceVersion"] = "1" },
                ["items"] = new JsonArray([.. _objects.List(target).Select(one => one.DeepClone())]),
            },
            "create" => _objects.Create(target, body ?? throw ClusterRefusal.BadRequest("a body is required"), isRehearsal),
            "delete" => _objects.Delete(target),
            "patch" => Patch(request, target, body ?? throw ClusterRefusal.BadRequest("a body is required"), isRehearsal),
            _ => throw new ClusterRefusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
    }

    private JsonObject Patch(HttpRequest request, ClusterTarget target, JsonObject body, bool isRehearsal) =>
        request.ContentType?.Split(';')[0] switch
        {
            "application/merge-patch+json" => _objects.Patch(target, body, isStrategic: false, isRehearsal),
            "application/strategic-merge-patch+json" => _objects.Patch(target, body, isStrategic: true, isRehearsal),
            "application/apply-patch+yaml" when _objects.Find(target) is null =>
                _objects.Create(target with { Name = null }, body, isRehearsal),
            "application/apply-patch+yaml" => _objects.Patch(target, body, isStrategic: true, isRehearsal),
            _ => throw new ClusterRefusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format"),
        };

    private static string VerbOf(string method, ClusterTarget target) => method switch
    {
        "GET" => target.Name is null ? "list" : "get",
        "POST" => "create",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "update",
    };
}
