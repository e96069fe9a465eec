using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>What a reset holds while it must be certain of its destinations.</summary>
[Trait("About", "Concurrency")]
public sealed class DestinationLocksTests : IDisposable
{
    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);
    private readonly TemporaryDirectory _place = new("locks");

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Two_keys_of_one_file_share_its_lock_and_are_both_written_under_it()
    {
        Destination[] destinations = [Secrets("app", "A:Token"), File("one.env"), Secrets("app", "B:Token")];
        using FetchedToken currentToken = CurrentToken("first-token-0123");
        using DestinationLocks locks = DestinationLocks.Take(destinations, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal([[0, 2], [1]], locks.Groups);
        Assert.All([0, 1, 2], i => Assert.Null(locks.Rehearse(i)));
        Assert.All([0, 1, 2], i => Assert.True(locks.Bring(i, currentToken, CancellationToken.None).Value));
        Assert.All(destinations, destination => AssertHolds(destination, currentToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("link/../")]
    public void The_secrets_of_a_project_have_one_lock_also_for_who_names_their_file(string spelling)
    {
        Destination secrets = Secrets("app", "A:Token");
        Directory.CreateDirectory(Path.GetDirectoryName(secrets.Location)!);
        Directory.CreateDirectory(_place["link"]);
        string path = secrets.Location.Replace(_place.Path + "/", _place.Path + "/" + spelling, StringComparison.Ordinal);
        DestinationBuilder builder = new(Environment, _place.Path) { Key = ConfigurationKey.Parse("B:Token").Value };
        Destination[] destinations = [secrets, builder.Json(path).Value];
        using DestinationLocks locks = DestinationLocks.Take(destinations, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal([[0, 1]], locks.Groups);

        builder = new(Environment, _place.Path) { Key = ConfigurationKey.Parse("A:Token").Value };
        Assert.True(DestinationBuilder.IsSamePlace(secrets, builder.Json(path).Value));
    }

    [Fact]
    public void While_they_are_held_nobody_else_writes_and_afterwards_everybody_can()
    {
        Destination destination = File("one.env");
        using FetchedToken currentToken = CurrentToken("first-token-0123");
        using (DestinationLocks locks = DestinationLocks.Take([destination], TimeSpan.Zero, CancellationToken.None))
        {
            Assert.True(locks.Bring(0, currentToken, CancellationToken.None).Value);
            Assert.Equal("SECTOK501", FileLock.Acquire(destination.LockFile!, "it", TimeSpan.Zero, CancellationToken.None).Failure?.Code);
        }

        Assert.False(destination.Inject(currentToken, CancellationToken.None).Value);
    }

    [Fact]
    public void A_rehearsal_changes_nothing_that_can_be_seen()
    {
        Destination destination = File("one.env");
        System.IO.File.WriteAllText(destination.Location, "A=1\n");
        DateTime before = System.IO.File.GetLastWriteTimeUtc(destination.Location);
        using DestinationLocks locks = DestinationLocks.Take([destination], TimeSpan.Zero, CancellationToken.None);
        Assert.Null(locks.Rehearse(0));
        Assert.Equal("A=1\n", System.IO.File.ReadAllText(destination.Location));
        Assert.Equal(before, System.IO.File.GetLastWriteTimeUtc(destination.Location));
        Assert.Single(Directory.GetFileSystemEntries(_place.Path), entry => !entry.EndsWith("state", StringComparison.Ordinal));
    }

    [Fact]
    public void A_lock_that_cannot_be_had_is_told_of_its_own_destination_only()
    {
        Destination[] destinations = [File("one.env"), File("two.env")];
        using FileLock other = FileLock.Acquire(destinations[1].LockFile!, "it", TimeSpan.Zero, CancellationToken.None).Value;
        using DestinationLocks locks = DestinationLocks.Take(destinations, TimeSpan.Zero, CancellationToken.None);
        Assert.Null(locks.Rehearse(0));
        Assert.Equal(DiagnosticDescriptors.FileLocked, locks.Rehearse(1)?.Descriptor);
    }

    [Fact]
    public void Files_without_a_lock_are_each_written_for_itself()
    {
        Destination[] destinations = [new DotenvFile(_place["a.env"], null, ["A"]), new DotenvFile(_place["b.env"], null, ["A"])];
        using FetchedToken currentToken = CurrentToken("first-token-0123");
        using DestinationLocks locks = DestinationLocks.Take(destinations, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal([[0], [1]], locks.Groups);
        Assert.All([0, 1], i => Assert.Null(locks.Rehearse(i)));
        Assert.All([0, 1], i => Assert.True(locks.Bring(i, currentToken, CancellationToken.None).Value));
        Assert.All(destinations, destination => AssertHolds(destination, currentToken));
    }

    [Fact]
    public void Locks_are_taken_in_the_order_of_their_names()
    {
        // Somebody holds the second one, so that a moment lies between the first and the third.
        string[] names = ["c", "a", "b"];
        Destination[] destinations = [.. names.Select(name => new DotenvFile(_place[name], _place[name + ".lock"], ["A"]))];
        using FileLock other = FileLock.Acquire(_place["b.lock"], "it", TimeSpan.Zero, CancellationToken.None).Value;
        using DestinationLocks locks = DestinationLocks.Take(destinations, TimeSpan.FromMilliseconds(200), CancellationToken.None);
        Assert.True(System.IO.File.GetLastWriteTimeUtc(_place["a.lock"]) < System.IO.File.GetLastWriteTimeUtc(_place["c.lock"]));
    }

    [Fact]
    public void Runs_that_name_the_same_files_in_any_order_do_not_wait_for_each_other_for_ever()
    {
        Destination[] destinations = [.. Enumerable.Range(0, 5).Select(i => File($"{i}.env"))];
        int both = 0;
        Parallel.For(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            Destination[] shuffled = [.. destinations];
            new Random(i).Shuffle(shuffled);
            using DestinationLocks locks = DestinationLocks.Take(shuffled, AMinute, CancellationToken.None);
            both += Enumerable.Range(0, shuffled.Length).All(index => locks.Rehearse(index) is null) ? 1 : 0;
        });
        Assert.Equal(100, both);
    }

    private static FetchedToken CurrentToken(string token)
    {
        var scope = new TokenScope(Endpoint.Parse("http://127.0.0.1:1").Value, new Instance("1b7ad6f0-0000-4000-8000-000000000000", null), new Team(42, "payments"));
        return new FetchedToken(Token.TryCreate(System.Text.Encoding.ASCII.GetBytes(token))!, scope, null);
    }

    private static void AssertHolds(Destination destination, FetchedToken currentToken)
    {
        using Token? read = destination.ReadToken().Value;
        Assert.True(read!.Matches(currentToken.Token.Utf8));
    }

    private Destination File(string name) => Builder().Dotenv(name).Value;

    private Destination Secrets(string id, string key) => new DestinationBuilder(Environment, _place.Path) { Key = ConfigurationKey.Parse(key).Value }.UserSecrets(id).Value;

    private DestinationBuilder Builder() => new(Environment, _place.Path);

    private string? Environment(string name) => name switch { "SECTOKEN_STATE_DIR" => _place["state"], "HOME" => _place.Path, _ => null };
}
