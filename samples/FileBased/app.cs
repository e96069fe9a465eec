#!/usr/bin/env dotnet
#:package SecureToken.Build@0.1.0
#:package Microsoft.Extensions.Configuration.UserSecrets@10.0.15
#:property SecureTokenInstance=crn:v1:bluemix:public:sysdig-secure:eu-de:a/0123456789abcdef0123456789abcdef:00000000-0000-4000-8000-000000000000::
#:property SecureTokenTeam=payments
#:property PublishAot=false

using Microsoft.Extensions.Configuration;

// Put your instance and team above, set a credential (IBMCLOUD_API_KEY, or log in with the ibmcloud program), and: dotnet run app.cs
IConfiguration configuration = new ConfigurationBuilder().AddUserSecrets<Program>().Build();
if (configuration["Sysdig:SecureApiToken"] is not { Length: > 0 } token)
{
    Console.Error.WriteLine("There is no token. 'dotnet build app.cs' says why; 'dotnet sectoken doctor' finds what is wrong.");
    return 1;
}

Console.WriteLine($"The token has {token.Length} characters.");
return 0;
