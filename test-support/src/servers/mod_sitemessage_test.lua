-- Runs inside Prosody. Records the messages of clients, and injects the faults that a test asks for.
-- It talks with the test through files, because a test sends right after it asks for a fault.

local json = require "util.json";
local st = require "util.stanza";

local folder = module:get_option_string("sitemessage_test_folder");
local current;
local left = 0;

local function read(name)
	local file = io.open(folder .. "/" .. name, "r");
	if not file then return nil; end
	local text = file:read("*a");
	file:close();
	return text;
end

local function next_fault(...)
	local text = read("fault.json");
	if not text then return nil; end
	if text ~= current then
		current = text;
		left = json.decode(text).times;
	end
	if left <= 0 then return nil; end
	local fault = json.decode(text);
	for _, place in ipairs({ ... }) do
		if fault.at == place then
			left = left - 1;
			return fault;
		end
	end
	return nil;
end

local function record(stanza)
	local file = assert(io.open(folder .. "/taken.jsonl", "a"));
	file:write(json.encode({ address = stanza.attr.to, text = stanza:get_child_text("body") or "" }), "\n");
	file:close();
end

local function on_message(event)
	local origin, stanza = event.origin, event.stanza;
	if origin.type ~= "c2s" or stanza.attr.type == "error" then return; end
	local fault = next_fault("message", "taken");
	if not fault then
		record(stanza);
		return;
	end
	if fault.at == "taken" then
		record(stanza);
		origin.conn:destroy();
		return true;
	end
	local reply = st.error_reply(stanza, fault.type, fault.condition);
	reply:get_child("error").attr.by = fault.by;
	origin.send(reply);
	return true;
end

for _, kind in ipairs({ "full", "bare", "host" }) do
	module:hook("pre-message/" .. kind, on_message, 1000);
end

module:hook("stanza/urn:ietf:params:xml:ns:xmpp-sasl:auth", function (event)
	if not next_fault("auth") then return; end
	event.origin.send(st.stanza("failure", { xmlns = "urn:ietf:params:xml:ns:xmpp-sasl" }):tag("not-authorized"));
	return true;
end, 1000);
