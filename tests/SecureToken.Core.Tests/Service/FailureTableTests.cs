using SecureToken.Core.Diagnostics;
using Xunit;

namespace SecureToken.Core.Tests.Service;

/// <summary>
/// The failures that a user can meet, as the documentation of the service has them, a row for each: which code, which exit status, what is
/// said, and that no secret is in it. The rows themselves are in <see cref="FailureTable"/>.
/// </summary>
public class FailureTableTests
{
    public static TheoryData<string> Names => new(FailureTable.Rows.Select(row => row.Name));

    /// <summary>Whether the caller's thread waits, as in a build.</summary>
    private protected virtual bool IsBlocking => false;

    [Fact]
    public void Every_row_has_a_name_of_its_own() => Assert.Equal(FailureTable.Rows.Count, FailureTable.Rows.Select(row => row.Name).Distinct().Count());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_told_with_its_code_its_exit_status_and_the_way_out(string name)
    {
        FailureRow row = FailureTable.Rows.Single(row => row.Name == name);
        await using var place = new FailurePlace(await ServiceFixture.StartAsync(isBlocking: IsBlocking));
        Failure failure = await row.Meet(place);

        Assert.Equal((row.Code, row.Exit), (failure.Code, failure.Descriptor.Exit));
        Assert.All(row.Says, words => Assert.Contains(words, failure.ToString(), StringComparison.Ordinal));
        Assert.Empty(place.Secrets.SelectMany(secret => secret.FindIn(failure.ToString(), "the message")));
        Assert.DoesNotContain(failure.ToString(), character => character is < ' ' or > '~');
        if (row.Asked is { } asked)
        {
            Assert.Equal(asked.Times, place.Service.Emulator.Count(asked.Method, asked.Path) + place.Asked(asked.Method, asked.Path));
        }
    }
}

/// <summary>The same where the caller's thread waits, as in a build.</summary>
public sealed class FailureTableInABuildTests : FailureTableTests
{
    private protected override bool IsBlocking => true;
}
