using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.StorageProbe;

/// <summary>A whole reset on a directory: five destinations below it, and the service in a file of it.</summary>
internal sealed class ResetProbe(string root) : IResetGuide
{
    private string Service => Path.Combine(root, "service");

    private TransportOptions Transport => new() { Environment = Read, Handler = () => new FileService(Service) };

    /// <summary>Resets, guided or by request; a line for each destination that is stale.</summary>
    public int Run(bool isGuided)
    {
        Endpoint endpoint = Endpoint.Parse("http://127.0.0.1:9").Value;
        var settings = new TokenSettings(endpoint, endpoint, InstanceSelector.Parse("1b7ad6f0-0000-4000-8000-000000000000").Value, new TeamSelector(42, null));
        var plan = new ResetPlan(new InjectPlan(settings, Credentials, Destinations(), Transport))
        {
            Request = isGuided ? null : ResetRequest.Parse("POST /api/reset", new SettingSource("the probe")).Value,
            IsConfirmed = true,
            Times = new ResetTimes { FirstPause = TimeSpan.FromMilliseconds(1) },
        };
        return Tell(ResetOperation.RunAsync(plan, this, CancellationToken.None).GetAwaiter().GetResult());
    }

    /// <summary>Finishes what a killed one has left.</summary>
    public int Resume()
    {
        Result<UnfinishedReset> unfinished = ResumePlan.Choose(ResetOperation.Unfinished(Read), new ResumeChoice());
        return unfinished.Failure is { } failure
            ? Fail(failure)
            : Tell(ResetOperation.ResumeAsync(new ResumePlan(unfinished.Value, Credentials, Transport), CancellationToken.None).GetAwaiter().GetResult());
    }

    void IResetGuide.Warn(Failure warning) => Console.Error.WriteLine(warning);

    Task<bool> IResetGuide.ConfirmAsync(ResetRequest request, TokenScope scope, int destinations, CancellationToken cancellation) => Task.FromResult(true);

    Task<bool> IResetGuide.ConfirmUpdateAsync(Failure warning, CancellationToken cancellation) => Task.FromResult(false);

    void IResetGuide.Point(ResetInstructions instructions) => FileService.Reset(Service);

    Task IResetGuide.WhenPressedAsync(CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);

    bool IResetGuide.AsksAgain(Failure failure) => false;

    void IResetGuide.OtherTeamWasReset(Failure warning) => Console.Error.WriteLine(warning);

    void IResetGuide.StillTheSame(Failure? trouble)
    {
    }

    void IResetGuide.Noticed(Fingerprint after)
    {
    }

    private static CredentialOptions Credentials => new() { BaseDirectory = "/" };

    private static int Tell(ResetReport report)
    {
        foreach (ResetDestination stale in report.Destinations.Where(destination => destination.Result.Outcome == InjectOutcome.Failed))
        {
            Console.Out.WriteLine($"stale {stale.Result.Destination.Location}");
        }

        return report.Failures is [var first, ..] ? Fail(first) : 0;
    }

    private static int Fail(Failure failure)
    {
        Console.Error.WriteLine(failure);
        return (int)failure.Descriptor.Exit;
    }

    private string? Read(string name) => name switch
    {
        "SECTOKEN_STATE_DIR" => Path.Combine(root, "state"),
        "HOME" => root,
        "SECTOKEN_API_KEY" => "not-a-real-key-0123456789",
        _ => null,
    };

    private Destination[] Destinations()
    {
        var builder = new DestinationBuilder(Read, root);
        var other = new DestinationBuilder(Read, root) { Key = ConfigurationKey.Parse("Other:Token").Value };
        return
        [
            builder.Dotenv("files/one.env").Value,
            builder.Dotenv("files/two.env").Value,
            builder.Json("files/three.json").Value,
            builder.UserSecrets("app").Value,
            other.UserSecrets("app").Value,
        ];
    }
}
