using System.Text;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Secrets;
using SecureToken.Core.State;
using SecureToken.StorageProbe;

// probe set FILE LOCKFILE KEY VALUE   one update of a file of KEY=VALUE lines; "ok" only when it is done
// probe inject KIND FILE SLOT TOKEN   one injection, with the state directory of the environment
// probe rehearse FILE LOCKFILE        finds out whether the file could be written
// probe reset guided|requested DIR    a whole reset of five destinations below a directory; names those that are stale
// probe resume DIR                    finishes what a killed one has left
// probe place LEDGER LOCATION         adds a place to a ledger
// probe verify LEDGER                 says in a ledger when the token was last seen, as every run does
// probe receipt                       adds a receipt to those of the state directory of the environment
// probe journal TOKEN                 writes the journal of a reset and saves its token, in the state directory of the environment
// probe keep PROJECT VALUE            keeps what MSBuild is said to have found in a project, in the state directory of the environment
// probe watch DIR URL INSTANCE POLLS  watches with simulated pauses; says what it holds after a tenth of the polls and at the end
// probe hold LOCKFILE                 takes the lock, says "held", keeps it until its input ends or it is killed
switch (args)
{
    case ["set", string file, string lockFile, string key, string value]:
        return Set(file, lockFile, key, value) is { } failure ? Fail(failure) : Say("ok");

    case ["inject", string kind, string file, string slot, string value]:
        return Inject(kind, file, slot, value) is { } unwritten ? Fail(unwritten) : Say("ok");

    case ["rehearse", string file, string lockFile]:
        return Rehearse(file, lockFile) is { } obstacle ? Fail(obstacle) : Say("ok");

    case ["reset", string manner, string directory]:
        return new ResetProbe(directory).Run(isGuided: manner == "guided");

    case ["resume", string directory]:
        return new ResetProbe(directory).Resume();

    case ["place", string ledger, string location]:
        return Record(ledger, record => record with
        {
            Places = [.. record.Places.Where(place => place.Location != location), new LedgerPlace("dotenv", location, "TOKEN", "abc", DateTimeOffset.UnixEpoch)],
        }) is { } unrecorded ? Fail(unrecorded) : Say("ok");

    case ["verify", string ledger]:
        return Record(ledger, record => record with { VerifiedAt = DateTimeOffset.UnixEpoch.AddDays(1) }) is { } unverified ? Fail(unverified) : Say("ok");

    case ["receipt"]:
        return ResetReceipt.Keep(new ResetReport(), Environment.GetEnvironmentVariable) is { } lost ? Fail(lost) : Say("ok");

    case ["journal", string saved]:
        return Journal(saved) is { } unsaved ? Fail(unsaved) : Say("ok");

    case ["keep", string project, string found]:
        ProjectRecord.Keep(project, new Dictionary<string, string> { ["UserSecretsId"] = found }, Environment.GetEnvironmentVariable);
        return Say("ok");

    case ["watch", string directory, string url, string instance, string polls]:
        return WatchProbe.Run(directory, url, instance, int.Parse(polls, System.Globalization.CultureInfo.InvariantCulture));

    case ["hold", string lockFile]:
        Result<FileLock> held = FileLock.Acquire(lockFile, lockFile, TimeSpan.Zero, CancellationToken.None);
        if (held.Failure is { } busy)
        {
            return Fail(busy);
        }

        Say("held");
        Console.In.ReadToEnd();
        held.Value.Dispose();
        return 0;

    default:
        Console.Error.WriteLine("usage: see the top of Program.cs");
        return 10;
}

static Failure? Set(string file, string lockFile, string key, string value)
{
    Result<SecretFile> locked = SecretFile.Lock(file, lockFile);
    if (locked.Failure is { } refused)
    {
        return refused;
    }

    using SecretFile target = locked.Value;
    byte[] line = Encoding.UTF8.GetBytes($"{key}={value}\n");
    return target.Update(Edit, written => written.IndexOf(line) >= 0).Failure;

    Result<byte[]> Edit(ReadOnlySpan<byte> old)
    {
        IEnumerable<string> others = Encoding.UTF8.GetString(old).Split('\n')
            .Where(other => other.Length > 0 && !other.StartsWith(key + "=", StringComparison.Ordinal));
        return (byte[])[.. Encoding.UTF8.GetBytes(string.Concat(others.Select(other => other + "\n"))), .. line];
    }
}

static Failure? Inject(string kind, string file, string slot, string value)
{
    LedgerPlace place = new(kind, file, slot, string.Empty, default);
    if (!DestinationBuilder.Remembered(place, Environment.GetEnvironmentVariable).Succeeded(out Destination? destination, out Failure? failure))
    {
        return failure;
    }

    Endpoint endpoint = Endpoint.Parse("http://127.0.0.1:9").Value;
    TokenScope scope = new(endpoint, new Instance("1b7ad6f0-0000-4000-8000-000000000000", null), new Team(42, "payments"));
    using FetchedToken token = new(Token.TryCreate(Encoding.ASCII.GetBytes(value))!, scope, DateTimeOffset.UnixEpoch);
    foreach (Failure warning in destination.Warnings())
    {
        Console.Error.WriteLine(warning);
    }

    return destination.Check() ?? destination.Inject(token, CancellationToken.None).Failure;
}

static Failure? Rehearse(string file, string lockFile)
{
    Result<SecretFile> locked = SecretFile.Lock(file, lockFile);
    using SecretFile? target = locked.Failure is null ? locked.Value : null;
    return locked.Failure ?? target!.Rehearse(8192);
}

static Failure? Record(string path, Func<LedgerRecord, LedgerRecord> change)
{
    Result<Ledger> opened = Ledger.Open(path, TimeSpan.FromSeconds(10), CancellationToken.None);
    if (opened.Failure is { } failure)
    {
        return failure;
    }

    using Ledger ledger = opened.Value;
    LedgerRecord record = ledger.Read();
    return ledger.Write(change(record with { Endpoint = "http://127.0.0.1:9", Instance = "an-instance", Team = "42" })).Failure;
}

static Failure? Journal(string saved)
{
    Result<ResetJournal> opened = ResetJournal.Open("http://127.0.0.1:9", "an-instance", 42, "a team", Environment.GetEnvironmentVariable, CancellationToken.None);
    if (opened.Failure is { } failure)
    {
        return failure;
    }

    using ResetJournal journal = opened.Value;
    using Token token = Token.TryCreate(Encoding.ASCII.GetBytes(saved))!;
    var record = new ResetRecord { Endpoint = "http://127.0.0.1:9", IamEndpoint = "http://127.0.0.1:9", Instance = "an-instance", Team = saved, TeamId = 42, Before = "abc" };
    return journal.Write(record).Failure ?? journal.Save(token).Failure;
}

static int Say(string word)
{
    Console.Out.WriteLine(word);
    return 0;
}

static int Fail(Failure failure)
{
    Console.Error.WriteLine(failure);
    return (int)failure.Descriptor.Exit;
}
