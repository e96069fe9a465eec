using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.Text.Dotenv;
using Xunit;

namespace SecureToken.Core.Tests.Settings;

public sealed class ValueTemplateTests
{
    [Theory]
    [InlineData("{token}", "abcd-1234")]
    [InlineData("Bearer {token}", "Bearer abcd-1234")]
    [InlineData("a:{token}@b", "a:abcd-1234@b")]
    public void The_token_stands_where_the_placeholder_stood_and_is_found_again(string text, string filled)
    {
        ValueTemplate template = ValueTemplate.Parse(text).Value;
        Assert.Equal(filled, Encoding.ASCII.GetString(template.Fill("abcd-1234"u8)));
        using Token? token = template.Extract(Encoding.ASCII.GetBytes(filled));
        Assert.True(token!.Matches("abcd-1234"u8));
        Assert.Equal(text, template.ToString());
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("{token}{token}")]
    [InlineData("\"{token}\"")]
    [InlineData("{token}\n")]
    [InlineData("$({token})")]
    [InlineData(" {token}")]
    [InlineData("{token} ")]
    [InlineData("Träger {token}")]
    public void What_could_break_out_of_a_format_is_refused(string text) =>
        Assert.Equal(DiagnosticDescriptors.SettingInvalid, ValueTemplate.Parse(text).Failure!.Descriptor);

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("Basic abcd-1234")]
    [InlineData("abcd-1234")]
    public void Another_text_holds_no_token(string stored) =>
        Assert.Null(ValueTemplate.Parse("Bearer {token}").Value.Extract(Encoding.ASCII.GetBytes(stored)));

    [Theory]
    [InlineData("", "A=\"Bearer abcd-1234\"\n")]
    [InlineData("A=old\n", "A=\"Bearer abcd-1234\"\n")]
    [InlineData("A='old' # why\n", "A='Bearer abcd-1234' # why\n")]
    public void A_dotenv_value_with_a_space_stands_in_quotes_and_stays_as_it_is(string before, string after)
    {
        byte[] once = DotenvText.Set(Encoding.ASCII.GetBytes(before), "A", "Bearer abcd-1234"u8).Document!;
        Assert.Equal(after, Encoding.ASCII.GetString(once));
        Assert.Equal(once, DotenvText.Set(once, "A", "Bearer abcd-1234"u8).Document);
        Assert.Equal("Bearer abcd-1234", Encoding.ASCII.GetString(DotenvText.Get(once, "A").Value!));
    }
}
