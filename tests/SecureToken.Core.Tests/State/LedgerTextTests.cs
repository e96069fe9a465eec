using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using SecureToken.Core.State;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>The text of a ledger is written and read member by member, so a member that is forgotten would be lost.</summary>
public sealed class LedgerTextTests
{
    [Fact]
    public void Every_member_of_every_type_of_a_ledger_is_read_as_it_was_written()
    {
        var record = (LedgerRecord)Filled(typeof(LedgerRecord));
        record = record with { Version = LedgerRecord.CurrentVersion };
        LedgerReading reading = LedgerText.Read(Text(record));
        Assert.Null(reading.Fault);
        AssertSame(record, reading.Record, "ledger");
    }

    [Fact]
    public void What_is_null_is_left_out_and_stays_null()
    {
        LedgerRecord record = new() { Endpoint = "e", Instance = "i", Team = "t", Places = [new("dotenv", "/a", "A", "f", DateTimeOffset.UnixEpoch)] };
        byte[] text = Text(record);
        Assert.DoesNotContain("null", System.Text.Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        AssertSame(record, LedgerText.Read(text).Record, "ledger");
    }

    private static byte[] Text(LedgerRecord record) => [.. LedgerText.Write(record).SelectMany(piece => piece.ToArray())];

    /// <summary>An object none of whose members has its default value.</summary>
    private static object Filled(Type type)
    {
        Type actual = Nullable.GetUnderlyingType(type) ?? type;
        if (actual == typeof(string))
        {
            return $"text + \"é\" {Guid.NewGuid()}";
        }

        if (actual == typeof(long) || actual == typeof(int))
        {
            return Convert.ChangeType(42, actual, System.Globalization.CultureInfo.InvariantCulture);
        }

        if (actual == typeof(bool))
        {
            return true;
        }

        if (actual == typeof(DateTimeOffset))
        {
            return DateTimeOffset.UnixEpoch.AddDays(Random.Shared.Next(1, 20000)).AddTicks(1234567);
        }

        if (actual.IsEnum)
        {
            return Enum.GetValues(actual).GetValue(1)!;
        }

        if (actual.IsGenericType)
        {
            Type element = actual.GetGenericArguments()[0];
            var list = Array.CreateInstance(element, 2);
            list.SetValue(Filled(element), 0);
            list.SetValue(Filled(element), 1);
            return list;
        }

        object made = RuntimeHelpers.GetUninitializedObject(actual);
        foreach (PropertyInfo property in Written(actual))
        {
            property.SetValue(made, Filled(property.PropertyType));
        }

        return made;
    }

    private static void AssertSame(object? expected, object? read, string path)
    {
        if (expected is null or string or ValueType)
        {
            Assert.True(Equals(expected, read), $"{path}: {expected} was read as {read}");
        }
        else if (expected is IEnumerable texts)
        {
            object[] wanted = [.. texts.Cast<object>()];
            object[] got = [.. ((IEnumerable)read!).Cast<object>()];
            Assert.Equal(wanted.Length, got.Length);
            for (int i = 0; i < wanted.Length; i++)
            {
                AssertSame(wanted[i], got[i], $"{path}[{i}]");
            }
        }
        else
        {
            foreach (PropertyInfo property in Written(expected.GetType()))
            {
                AssertSame(property.GetValue(expected), property.GetValue(read), $"{path}.{property.Name}");
            }
        }
    }

    private static IEnumerable<PropertyInfo> Written(Type type) => type.GetProperties().Where(property => property.CanWrite);
}
