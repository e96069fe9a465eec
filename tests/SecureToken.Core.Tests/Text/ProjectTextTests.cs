using System.Xml.Linq;
using SecureToken.Core.Text;
using Xunit;

namespace SecureToken.Core.Tests.Text;

/// <summary>What is put into a project file, and that nothing else of it changes.</summary>
public sealed class ProjectTextTests
{
    private const string Plain = """
        <Project Sdk="Microsoft.NET.Sdk">

          <PropertyGroup>
            <OutputType>Exe</OutputType>
          </PropertyGroup>

        </Project>

        """;

    [Fact]
    public void A_project_of_the_template_gets_both_lines_where_a_person_would_put_them() => Assert.Equal(
        """
        <Project Sdk="Microsoft.NET.Sdk">

          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <UserSecretsId>the-id</UserSecretsId>
          </PropertyGroup>

          <ItemGroup>
            <PackageReference Include="SecureToken.Build" Version="1.2.3" PrivateAssets="all" />
          </ItemGroup>

        </Project>

        """,
        Utf8.Text(Add(Plain)));

    [Fact]
    public void A_reference_goes_to_the_other_references()
    {
        string project = Plain.Replace(
            "</PropertyGroup>\n", "</PropertyGroup>\n\n  <ItemGroup Condition=\"'$(A)' == ''\">\n    <PackageReference Include=\"A\" />\n  </ItemGroup>\n  <ItemGroup>\n    <PackageReference Include=\"B\" />\n  </ItemGroup>\n", StringComparison.Ordinal);
        string edited = Utf8.Text(Add(project));
        Assert.Contains("<PackageReference Include=\"B\" />\n    <PackageReference Include=\"SecureToken.Build\"", edited, StringComparison.Ordinal);
        Assert.Single(XDocument.Parse(edited).Descendants("ItemGroup"), group => group.Elements().Any(item => item.Attribute("Include")?.Value == "SecureToken.Build"));
    }

    [Theory]
    [InlineData("\r\n", "  ", "")]
    [InlineData("\n", "\t", "\uFEFF")]
    [InlineData("\r\n", "    ", "\uFEFF<?xml version=\"1.0\"?>\n<!-- <PropertyGroup> -->\n")]
    public void Line_ends_indentation_mark_and_every_old_byte_stay(string lineEnd, string indent, string head)
    {
        string project = head + Plain.Replace("  ", indent, StringComparison.Ordinal).Replace("\n", lineEnd, StringComparison.Ordinal);
        string edited = Utf8.Text(Add(project));
        Assert.Contains($"{indent}{indent}<UserSecretsId>the-id</UserSecretsId>\n".Replace("\n", head.Contains("?>\n", StringComparison.Ordinal) ? "\n" : lineEnd, StringComparison.Ordinal), edited, StringComparison.Ordinal);
        int at = 0;
        Assert.True(project.All(character => (at = edited.IndexOf(character, at) + 1) > 0));
        Assert.StartsWith(head, edited, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_add_changes_nothing() => Assert.Equal(Plain, Utf8.Text(ProjectText.Add(Utf8.Of(Plain), null, null)));

    [Theory]
    [InlineData("")]
    [InlineData("<Project />")]
    [InlineData("<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup></PropertyGroup></Project>")]
    [InlineData("<Project>\n  <PropertyGroup>\n  </PropertyGroup>\n</Project>\n")]
    [InlineData("<!DOCTYPE x>\n<Project Sdk=\"x\">\n  <PropertyGroup>\n  </PropertyGroup>\n</Project>\n")]
    [InlineData("<Project Sdk=\"x\">\n  <PropertyGroup>\n  </ItemGroup>\n</Project>\n")]
    [InlineData("<Project Sdk=\"x\">\n  <PropertyGroup Condition=\"false\">\n  </PropertyGroup>\n</Project>\n")]
    [InlineData("<Project Sdk=\"x\">\n  <PropertyGroup>\n  </PropertyGroup>\n")]
    [InlineData("<Project Sdk='x' Sdk='y'>\n  <PropertyGroup>\n  </PropertyGroup>\n</Project>\n")]
    public void A_file_that_is_not_certain_is_left_alone(string project)
    {
        TextEditResult edit = Add(project);
        Assert.Null(edit.Document);
        Assert.NotEmpty(edit.Fault!.Reason);
    }

    [Fact]
    public void A_group_in_a_comment_or_in_CDATA_is_none()
    {
        string project = Plain.Replace("<OutputType>Exe</OutputType>", "<!-- </PropertyGroup> --><Text><![CDATA[</PropertyGroup>]]></Text>", StringComparison.Ordinal);
        Assert.Equal("the-id", XDocument.Parse(Utf8.Text(Add(project))).Root!.Element("PropertyGroup")!.Element("UserSecretsId")!.Value);
    }

    private static TextEditResult Add(string project) => ProjectText.Add(Utf8.Of(project), "the-id", "1.2.3");
}
