using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class TeamHeaderTests : EmulatorTest
{
    [Theory]
    [InlineData(HonouredTeamHeader.Both, "42", null, Payments)]
    [InlineData(HonouredTeamHeader.Both, null, "42", Payments)]
    [InlineData(HonouredTeamHeader.Both, "42", "42", Payments)]
    [InlineData(HonouredTeamHeader.Both, null, null, SecureOperations)]
    [InlineData(HonouredTeamHeader.SysdigTeamID, "42", null, Payments)]
    [InlineData(HonouredTeamHeader.SysdigTeamID, null, "42", SecureOperations)]
    [InlineData(HonouredTeamHeader.SysdigTeamID, "42", "43", Payments)]
    [InlineData(HonouredTeamHeader.TeamID, "42", null, SecureOperations)]
    [InlineData(HonouredTeamHeader.TeamID, null, "42", Payments)]
    [InlineData(HonouredTeamHeader.TeamID, "42", "43", Billing)]
    [InlineData(HonouredTeamHeader.None, "42", null, SecureOperations)]
    [InlineData(HonouredTeamHeader.None, "42", "43", SecureOperations)]
    [InlineData(HonouredTeamHeader.None, "no number", null, SecureOperations)]
    public async Task Only_the_honoured_header_chooses_the_team(HonouredTeamHeader mode, string? sysdig, string? plain, int expected)
    {
        Server.TeamHeader = mode;

        var token = await Client.TokenAsync(Server, Headers(sysdig, plain));

        Assert.Equal(Server.TokenOf(expected), token);
    }

    [Fact]
    public async Task Two_honoured_headers_that_differ_are_a_bad_request()
    {
        var answer = await Client.AskAsync(Server, "/api/token", Headers("42", "43"));

        Assert.Equal(400, answer.Status);
        Assert.Equal("SysdigTeamID and TeamID differ", answer.Error.Message);
    }

    [Fact]
    public async Task The_log_shows_which_headers_were_sent()
    {
        await Client.AskAsync(Server, "/api/token", Headers("42", "43"));

        var request = Server.Requests[^1];
        Assert.Equal("42", request.SysdigTeamIDHeader);
        Assert.Equal("43", request.TeamIDHeader);
        Assert.Equal(Server.InstanceId, request.InstanceHeader);
    }

    private static (string, string)[] Headers(string? sysdig, string? plain) =>
    [
        .. sysdig is null ? Array.Empty<(string, string)>() : [("SysdigTeamID", sysdig)],
        .. plain is null ? Array.Empty<(string, string)>() : [("TeamID", plain)],
    ];
}
