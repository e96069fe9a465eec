namespace Microsoft.Build.Framework;

/// <summary>
/// MSBuild's multi-threaded mode recognises a thread-safe task by the full name of this attribute, in whatever assembly it is
/// declared; so one assembly serves engines that have the type and engines that do not.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
