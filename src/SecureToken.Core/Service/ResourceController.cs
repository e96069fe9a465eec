using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Service;

/// <summary>An instance as the resource controller lists it.</summary>
/// <param name="Name">Its name; not unique.</param>
/// <param name="Id">Its GUID.</param>
/// <param name="Service">The service of its CRN, for example <c>sysdig-secure</c>.</param>
/// <param name="Region">Its region.</param>
/// <param name="State">Its state, for example <c>active</c>.</param>
/// <param name="AcceptsTokens">Whether it accepts Secure API tokens (<c>external_api_auth</c> is not <c>IAM_ONLY</c>).</param>
public sealed record InstanceEntry(string Name, string Id, string Service, string Region, string State, bool AcceptsTokens)
{
    /// <summary>Whether it is a Workload Protection instance.</summary>
    public bool IsWorkloadProtection => Service == "sysdig-secure";

    /// <summary>Name, region, GUID and state.</summary>
    public override string ToString() => $"{Name} ({Region}, {Id}, {State})";
}

/// <summary>IBM Cloud's resource controller, as far as it concerns instances.</summary>
internal sealed class ResourceController
{
    /// <summary>A page of a hundred instances, each with its parameters and extensions.</summary>
    private const int PageLimit = 4 * 1024 * 1024;

    /// <summary>A list without end is none: ten thousand instances.</summary>
    private const int MostPages = 100;

    private readonly Transport _transport;
    private readonly Endpoint _endpoint;

    public ResourceController(Transport transport, Endpoint endpoint)
    {
        _transport = transport;
        _endpoint = endpoint;
    }

    /// <summary>The instances with a name, of whatever service.</summary>
    public Task<Result<IReadOnlyList<InstanceEntry>>> WithNameAsync(IamToken iam, string name, CancellationToken cancellation) =>
        ListAsync(iam, "&name=" + Uri.EscapeDataString(name), Resend.Freely, cancellation);

    /// <summary>The instances with a GUID: one or none. Asked once only, because it serves to explain a failure.</summary>
    public Task<Result<IReadOnlyList<InstanceEntry>>> WithIdAsync(IamToken iam, string id, CancellationToken cancellation) =>
        ListAsync(iam, "&guid=" + Uri.EscapeDataString(id), Resend.Never, cancellation);

    /// <summary>Every instance that the identity may see, of whatever service.</summary>
    public Task<Result<IReadOnlyList<InstanceEntry>>> AllAsync(IamToken iam, CancellationToken cancellation) =>
        ListAsync(iam, string.Empty, Resend.Freely, cancellation);

    private async Task<Result<IReadOnlyList<InstanceEntry>>> ListAsync(
        IamToken iam, string filter, Resend resend, CancellationToken cancellation)
    {
        var found = new List<InstanceEntry>();
        string? start = string.Empty;
        for (int page = 0; page < MostPages && start is not null; page++)
        {
            string from = start.Length == 0 ? string.Empty : "&start=" + Uri.EscapeDataString(start);
            var call = new ApiRequest(
                HttpMethod.Get, _endpoint.Resolve("/v2/resource_instances?type=service_instance&limit=100" + filter + from))
            {
                Bearer = iam,
                BodyLimit = PageLimit,
                Resend = resend,
            };
            Result<ApiResponse> sent = await _transport.SendAsync(call, cancellation);
            if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
            {
                return failure;
            }

            using (answer)
            {
                Result<string?> next = answer.IsSuccess ? Read(answer, found) : Refusal(answer);
                if (next.Failure is not null)
                {
                    return next.Failure;
                }

                start = next.Value;
            }
        }

        return start is null ? found : Failure.Of(DiagnosticDescriptors.AnswerMalformed, _endpoint, "the list of instances has no end");
    }

    private Failure Refusal(ApiResponse answer)
    {
        string said = string.Empty;
        string transaction = answer.RequestId;
        if (answer.LooksLikeJson && answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out _))
        {
            using (document)
            {
                said = JsonMembers.Label(document.RootElement, "message"u8);
                string own = JsonMembers.Label(document.RootElement, "global_transaction_id"u8);
                transaction = own.Length > 0 ? own : transaction;
            }
        }

        return answer.Status switch
        {
            401 => Failure.Of(
                DiagnosticDescriptors.IamTokenRefused, $"the list of instances at {_endpoint}",
                said.Length > 0 ? $" It says: {said}." : string.Empty),
            403 => Failure.Of(
                DiagnosticDescriptors.LookupNotAllowed, _endpoint, said.Length > 0 ? said.TrimEnd('.') : "forbidden", transaction),
            _ => Failure.Of(
                DiagnosticDescriptors.LookupRefused, answer.Address, answer.Status, said.Length > 0 ? said.TrimEnd('.') : answer.Nature,
                transaction),
        };
    }

    /// <summary>
    /// Adds the instances of a page; the value is the mark of the next page, or null. The address of that page is not followed, only its
    /// mark.
    /// </summary>
    private Result<string?> Read(ApiResponse answer, List<InstanceEntry> found)
    {
        if (!answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("resources"u8, out JsonElement list)
                || list.ValueKind != JsonValueKind.Array)
            {
                return Failure.Of(DiagnosticDescriptors.AnswerMalformed, _endpoint, "the list of instances has no member 'resources'");
            }

            found.AddRange(list.EnumerateArray().Select(ReadEntry).OfType<InstanceEntry>());
            return StartOf(JsonMembers.Label(root, "next_url"u8, 2048));
        }
    }

    private static InstanceEntry? ReadEntry(JsonElement element)
    {
        string[] crn = JsonMembers.Label(element, "crn"u8, 512).Split(':');
        return Guid.TryParseExact(JsonMembers.Label(element, "guid"u8), "D", out Guid guid) && crn.Length == 10
            ? new InstanceEntry(
                JsonMembers.Label(element, "name"u8), guid.ToString("D"), crn[4], crn[5], JsonMembers.Label(element, "state"u8),
                AcceptsTokens(element))
            : null;
    }

    // The parameters are those of the last request, so what is missing has its default, which is ANY.
    private static bool AcceptsTokens(JsonElement element) =>
        !element.TryGetProperty("parameters"u8, out JsonElement parameters)
            || JsonMembers.Label(parameters, "external_api_auth"u8) != "IAM_ONLY";

    private static string? StartOf(string nextUrl)
    {
        int query = nextUrl.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? null : nextUrl[(query + 1)..].Split('&')
            .Where(field => field.StartsWith("start=", StringComparison.Ordinal)).Select(field => Uri.UnescapeDataString(field[6..]))
            .FirstOrDefault(fingerprint => fingerprint.Length > 0);
    }
}
