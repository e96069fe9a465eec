using System.Reflection;
using System.Text;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Extensions.Tests;

/// <summary>The public API, member by member, against the record of it. A change there is a change for every program.</summary>
public sealed class PublicApiTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string Record = Path.Combine(Repository.Root, "tests", "SecureToken.Extensions.Tests", "PublicApi.txt");

    [Fact]
    public void The_public_API_is_the_one_that_is_recorded()
    {
        string now = Describe();
        string recorded = File.Exists(Record) ? File.ReadAllText(Record).ReplaceLineEndings("\n") : string.Empty;
        if (recorded.Length == 0)
        {
            // To record a deliberate change, delete the file and run this test twice.
            File.WriteAllText(Record, now);
        }

        Assert.Equal(recorded, now);
    }

    [Fact]
    public void No_type_of_the_core_is_in_it() => Assert.DoesNotContain("SecureToken.Core", Describe(), StringComparison.Ordinal);

    private static string Describe()
    {
        var text = new StringBuilder();
        foreach (Type type in typeof(SecureTokenOptions).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            string kind = type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : "class";
            text.Append($"{kind} {type.FullName} : {type.BaseType}\n");
            foreach (string member in type.GetMembers(Own).Select(Describe).Where(member => member.Length > 0).Order(StringComparer.Ordinal))
            {
                text.Append($"    {member}\n");
            }
        }

        return text.ToString();
    }

    private static string Describe(MemberInfo member) => member switch
    {
        MethodInfo { IsSpecialName: true } => string.Empty,
        MethodInfo method => $"{method.ReturnType} {method.Name}({string.Join(", ", method.GetParameters().Select(Describe))})",
        ConstructorInfo constructor => $"new({string.Join(", ", constructor.GetParameters().Select(Describe))})",
        PropertyInfo property => $"{property.PropertyType} {property.Name} {{{(property.GetMethod?.IsPublic == true ? " get;" : string.Empty)}{(property.SetMethod?.IsPublic == true ? " set;" : string.Empty)} }}",
        FieldInfo field => $"{field.FieldType} {field.Name} = {field.GetRawConstantValue()}",
        _ => $"{member.MemberType} {member.Name}",
    };

    private static string Describe(ParameterInfo parameter) =>
        $"{parameter.ParameterType} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : string.Empty)}";
}
