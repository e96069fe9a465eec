using System.Diagnostics;
using System.Diagnostics.Metrics;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Extensions.Refreshing;

/// <summary>Metrics and traces. Tags are keys, codes and words; a value of a token is none of them.</summary>
internal static class Telemetry
{
    public static readonly ActivitySource Activities = new(SecureTokenTelemetry.ActivitySourceName);

    private const string KeyTag = "sectoken.key";

    private static readonly Meter Meter = new(SecureTokenTelemetry.MeterName);
    private static readonly Lock Gate = new();
    private static readonly List<TokenRefresher> Refreshers = [];

    private static readonly Counter<long> Refreshes =
        Meter.CreateCounter<long>("sectoken.refreshes", "{refresh}", "How often a source was read.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("sectoken.refresh.duration", "s", "How long a refresh took.");

    private static readonly Counter<long> HealedRejections = Meter.CreateCounter<long>(
        "sectoken.rejections.healed", "{response}", "Responses 401 that another token turned into an accepted request.");

    private static readonly Counter<long> ReturnedRejections = Meter.CreateCounter<long>(
        "sectoken.rejections.returned", "{response}", "Responses 401 that the caller received.");

    static Telemetry() => Meter.CreateObservableGauge("sectoken.token.age", Ages, "s", "How long the token has been in use.");

    public static void Add(TokenRefresher refresher)
    {
        lock (Gate)
        {
            Refreshers.Add(refresher);
        }
    }

    public static void Remove(TokenRefresher refresher)
    {
        lock (Gate)
        {
            Refreshers.Remove(refresher);
        }
    }

    public static void Healed(string key) => HealedRejections.Add(1, new KeyValuePair<string, object?>(KeyTag, key));

    public static void Returned(string key) => ReturnedRejections.Add(1, new KeyValuePair<string, object?>(KeyTag, key));

    public static void Refreshed(TokenRefresher refresher, RefreshTrigger trigger, Failure? failure, bool isChanged, TimeSpan took)
    {
        var tags = new TagList
        {
            { KeyTag, refresher.Key },
            { "sectoken.trigger", TextOf(trigger) },
            { "sectoken.outcome", failure is not null ? "failed" : isChanged ? "changed" : "unchanged" },
        };
        if (failure is not null)
        {
            tags.Add("error.type", failure.Code);
        }

        Refreshes.Add(1, tags);
        Duration.Record(took.TotalSeconds, tags);
    }

    public static string TextOf(RefreshTrigger trigger) => trigger switch
    {
        RefreshTrigger.Load => "load",
        RefreshTrigger.FirstUse => "first-use",
        RefreshTrigger.Rejected => "rejected",
        RefreshTrigger.Poll => "poll",
        _ => "file",
    };

    private static List<Measurement<double>> Ages()
    {
        lock (Gate)
        {
            return
            [
                .. Refreshers.Where(refresher => refresher.Age is not null)
                    .Select(refresher => new Measurement<double>(
                        refresher.Age!.Value.TotalSeconds, new KeyValuePair<string, object?>(KeyTag, refresher.Key))),
            ];
        }
    }
}

/// <summary>One refresh: an activity, and what is counted when it ends.</summary>
internal readonly struct MeasuredRefresh(TokenRefresher refresher, RefreshTrigger trigger) : IDisposable
{
    private readonly long _began = refresher.Clock.GetTimestamp();
    private readonly Activity? _activity = Telemetry.Activities.StartActivity("sectoken.refresh");

    public void End(Failure? failure, bool isChanged)
    {
        Telemetry.Refreshed(refresher, trigger, failure, isChanged, refresher.Clock.GetElapsedTime(_began));
        if (_activity is null)
        {
            return;
        }

        _activity.SetTag("sectoken.key", refresher.Key);
        _activity.SetTag("sectoken.trigger", Telemetry.TextOf(trigger));
        _activity.SetTag("sectoken.fingerprint", refresher.Current?.Fingerprint.Value);
        if (failure is not null)
        {
            _activity.SetTag("error.type", failure.Code);
            _activity.SetStatus(ActivityStatusCode.Error, failure.Code);
        }
    }

    public void Dispose() => _activity?.Dispose();
}
