using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SecureToken.TestSupport.Cluster;

/// <summary>The objects of a cluster: each change has a version, and one that was made for an older version is refused.</summary>
internal sealed class ClusterObjects
{
    private readonly Dictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _writes = new(StringComparer.Ordinal);
    private long _version = 1000;

    /// <summary>How often an object was stored since it was created.</summary>
    public int WritesOf(ClusterTarget target) => _writes.GetValueOrDefault(Key(target));

    public JsonObject Get(ClusterTarget target) => Find(target) ?? throw ClusterRefusal.NotFound(target);

    public JsonObject? Find(ClusterTarget target) => _objects.GetValueOrDefault(Key(target));

    public IReadOnlyList<JsonObject> List(ClusterTarget target) =>
        [.. _objects.Where(one => one.Key.StartsWith(target.Path + "/", StringComparison.Ordinal)).Select(one => one.Value)];

    public JsonObject Create(ClusterTarget target, JsonObject given, bool isRehearsal)
    {
        var made = (JsonObject)given.DeepClone();
        JsonObject metadata = MetadataOf(made);
        string name = metadata["name"]?.GetValue<string>() ?? throw ClusterRefusal.BadRequest("name is required");
        target = target with { Name = name };
        if (Find(target) is not null)
        {
            throw ClusterRefusal.Exists(target, name);
        }

        if (target.Namespace is not null)
        {
            metadata["namespace"] = target.Namespace;
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Store(target, made, isRehearsal);
    }

    public JsonObject Patch(ClusterTarget target, JsonObject patch, bool isStrategic, bool isRehearsal)
    {
        JsonObject current = Get(target);
        if (patch["metadata"]?["resourceVersion"]?.GetValue<string>() is { } version
            && version != current["metadata"]!["resourceVersion"]!.GetValue<string>())
        {
            throw ClusterRefusal.Conflict(target);
        }

        var changed = (JsonObject)current.DeepClone();
        Merge(changed, patch, isStrategic);
        Check(target, current, changed);
        Normalize(target, changed);

        // A change that changes nothing makes no version.
        return JsonNode.DeepEquals(current, changed) ? current : Store(target, changed, isRehearsal);
    }

    public JsonObject Delete(ClusterTarget target)
    {
        JsonObject deleted = Get(target);
        _objects.Remove(Key(target));
        return deleted;
    }

    private static string Key(ClusterTarget target) => $"{target.Path}/{target.Name}";

    private static JsonObject MetadataOf(JsonObject one) =>
        one["metadata"] as JsonObject ?? throw ClusterRefusal.BadRequest("metadata is required");

    private JsonObject Store(ClusterTarget target, JsonObject changed, bool isRehearsal)
    {
        Normalize(target, changed);
        changed["kind"] ??= target.Resource.Kind;
        changed["apiVersion"] ??= target.Resource.GroupVersion;
        if (isRehearsal)
        {
            return changed;
        }

        MetadataOf(changed)["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _writes[Key(target)] = _writes.TryGetValue(Key(target), out int writes) ? writes + 1 : 0;
        _objects[Key(target)] = changed;
        return changed;
    }

    /// <summary>RFC 7396; strategically, lists of named objects are merged by their names (what a container list needs).</summary>
    private static void Merge(JsonObject into, JsonObject patch, bool isStrategic)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            if (name.StartsWith('$'))
            {
                throw ClusterRefusal.BadRequest($"the directive {name} is not understood here");
            }

            switch (value)
            {
                case null:
                    into.Remove(name);
                    break;
                case JsonObject members when into[name] is JsonObject there:
                    Merge(there, members, isStrategic);
                    break;
                case JsonArray items when isStrategic && into[name] is JsonArray there && AreNamed(items) && AreNamed(there):
                    MergeByName(there, items);
                    break;
                default:
                    into[name] = WithoutNulls(value.DeepClone());
                    break;
            }
        }
    }

    private static bool AreNamed(JsonArray items) => items.Count > 0 && items.All(item => item is JsonObject one && one["name"] is not null);

    private static void MergeByName(JsonArray into, JsonArray items)
    {
        foreach (JsonObject item in items.OfType<JsonObject>())
        {
            if (into.OfType<JsonObject>().FirstOrDefault(one => JsonNode.DeepEquals(one["name"], item["name"])) is { } there)
            {
                Merge(there, item, isStrategic: true);
            }
            else
            {
                into.Add(item.DeepClone());
            }
        }
    }

    private static JsonNode WithoutNulls(JsonNode node)
    {
        if (node is JsonObject members)
        {
            foreach (string name in members.Where(member => member.Value is null).Select(member => member.Key).ToArray())
            {
                members.Remove(name);
            }

            foreach (JsonNode child in members.Select(member => member.Value).OfType<JsonNode>().ToArray())
            {
                WithoutNulls(child);
            }
        }

        return node;
    }

    private static void Check(ClusterTarget target, JsonObject before, JsonObject after)
    {
        if (target.Resource.Kind == "Secret" && before["immutable"]?.GetValue<bool>() == true
            && !(JsonNode.DeepEquals(before["data"], after["data"]) && after["stringData"] is null))
        {
            throw ClusterRefusal.Invalid(target, "data", "Forbidden: field is immutable when `immutable` is set");
        }
    }

    /// <summary>What is under <c>stringData</c> becomes <c>data</c>, which is base64.</summary>
    private static void Normalize(ClusterTarget target, JsonObject secret)
    {
        if (target.Resource.Kind != "Secret")
        {
            return;
        }

        if (secret["stringData"] is JsonObject texts)
        {
            if (secret["data"] is not JsonObject)
            {
                secret["data"] = new JsonObject();
            }

            foreach ((string name, JsonNode? text) in texts)
            {
                secret["data"]![name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text!.GetValue<string>()));
            }

            secret.Remove("stringData");
        }

        secret["type"] ??= "Opaque";
        foreach ((string name, JsonNode? value) in secret["data"] as JsonObject ?? [])
        {
            string text = value?.GetValue<string>() ?? string.Empty;
            if (!System.Buffers.Text.Base64.IsValid(text))
            {
                throw ClusterRefusal.BadRequest($"data.{name}: illegal base64 data at input byte 0");
            }
        }
    }
}
