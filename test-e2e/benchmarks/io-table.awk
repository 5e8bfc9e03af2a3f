# The points that io-guest prints, as rows of a table (-v titled=1: without its title); as JSON (-v json=1 -v kernel=
# -v release= -v seconds=); or as "PASSED FAILED" (-v count=1). The last two need -v points=, how many there should be that pass or fail.

function ratio(a, b) { return a + 0 > 0 && b + 0 > 0 ? a / b : "" }

# Requests per second that would be left for @dysk, did fio and the block layer cost nothing.
function net(dysk, nothing) { return nothing + 0 > dysk + 0 && dysk + 0 > 0 ? 1 / (1 / dysk - 1 / nothing) : "" }

function thousands(n,   text, rest) {
	if (n + 0 <= 0)
		return "-"
	text = sprintf("%.0f", n)
	for (rest = ""; length(text) > 3; text = substr(text, 1, length(text) - 3))
		rest = "," substr(text, length(text) - 2) rest
	return text rest
}

function hundredths(r) { return r == "" ? "-" : sprintf("%.2f", r) }

function figure(name, value, digits) {
	return sprintf(", \"%s\": %s", name, value + 0 > 0 ? sprintf("%." digits "f", value) : "null")
}

$1 != "point" { next }

{
	credential = $2; operation = $3; bytes = $4; depth = $5
	dysk = $6; nbd = $7; tuned = $8; bare = $9; nothing = $10
	verdict = ""
	if (nbd != "-") {
		verdict = dysk + 0 > 0 && nbd + 0 > 0 && dysk + 0 >= nbd + 0 ? "pass" : "FAIL"
		verdict == "pass" ? passed++ : failed++
	}
}

json {
	objects = objects (objects == "" ? "" : ",") sprintf("\n  {\"credential\": \"%s\", \"operation\": \"%s\", \"bytes\": %d, \"depth\": %d",
		credential, operation, bytes, depth) \
		figure("dysk", dysk, 1) figure("nbd", nbd, 1) figure("nbdTuned", tuned, 1) figure("bare", bare, 1) \
		figure("nothing", nothing, 1) figure("dyskToNbd", ratio(dysk, nbd), 4) \
		figure("dyskToNbdTuned", ratio(dysk, tuned), 4) figure("dyskToBare", ratio(dysk, bare), 4) \
		figure("dyskToBareNet", ratio(net(dysk, nothing), bare), 4) \
		sprintf(", \"passed\": %s}", verdict == "" ? "null" : verdict == "pass" ? "true" : "false")
	next
}

!count {
	if (!titled++)
		printf "%-10s %-17s %8s %8s %8s %8s   %8s %8s %8s %8s\n", "credential", "request", "dysk", "NBD",
			"tuned", "bare", "dysk/NBD", "/tuned", "/bare", "/net"
	printf "%-10s %-5s %-5s x %2d  %8s %8s %8s %8s   %8s %8s %8s %8s   %s\n", credential,
		bytes == 4096 ? "4 KiB" : "1 MiB", operation, depth, thousands(dysk), thousands(nbd), thousands(tuned),
		thousands(bare), hundredths(ratio(dysk, nbd)), hundredths(ratio(dysk, tuned)),
		hundredths(ratio(dysk, bare)), hundredths(ratio(net(dysk, nothing), bare)), verdict
}

END {
	# A point that was never measured has failed.
	failed = points - passed
	if (json)
		printf "{\"kernel\": \"%s\", \"release\": \"%s\", \"clock\": \"virtual\", \"unit\": \"requests per second\", \"passed\": %d, \"failed\": %d, \"seconds\": %d, \"points\": [%s\n]}\n",
			kernel, release, passed, failed, seconds, objects
	if (count)
		print passed + 0, failed + 0
}
