"""Lists and calls the tools over stdio with the Python client: python_client.py MODE COMMAND ARGUMENT ..."""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters


async def main() -> None:
    mode, command, *args = sys.argv[1:]
    async with Client(StdioServerParameters(command=command, args=args), mode=mode) as client:
        tools = await client.list_tools()
        good = await client.call_tool("diagnose_namespace", {"namespace": "shop"})
        bad = await client.call_tool("diagnose_pod", {"namespace": "shop", "pod_name": ".."})
        report = {
            "protocol": client.protocol_version,
            "server": client.server_info.name if client.server_info else None,
            "tools": [tool.name for tool in tools.tools],
            "structured": good.structured_content,
            "text": good.content[0].text,
            "error": json.loads(bad.content[0].text) if bad.is_error else None,
        }
        print(json.dumps(report))


asyncio.run(main())
