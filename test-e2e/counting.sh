# What the commands that run several suites have in common: source it after env.sh. It goes to the tree's root.
#   counting NAME                 begins; figures go to target/results/NAME.json
#   check, check_counted, maven   run one part and count it
#   figures NAME...               prints what the tests of these names counted
#   finish                        writes the figures, prints the sum; the status says whether all passed

counting() { # name
	cd "$DYSK_ROOT" || exit 1
	counted=$1
	logs=$DYSK_ROOT/target/$1
	results=$DYSK_ROOT/target/results
	mkdir -p "$logs" "$results"
	passed=0 failed=0 parts=''
	begin=$SECONDS
}

say() { printf '\n== %s (%d min %02d s)\n' "$1" $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60)); }

# One part's counts, for the sum at the end and the figures.
count() { # name, passed, failed, seconds
	passed=$((passed + $2)) failed=$((failed + $3))
	parts+="${parts:+, }{\"part\": \"$1\", \"passed\": $2, \"failed\": $3, \"seconds\": $4}"
	printf '%s: %d passed, %d failed, %d s\n' "$1" "$2" "$3" "$4"
}

# A command that is one test: it passes or fails as a whole.
check() { # name, command...
	local name=$1 start=$SECONDS log
	shift
	log=$logs/${name//[^a-zA-Z0-9.]/-}.log
	if "$@" > "$log" 2>&1; then
		count "$name" 1 0 $((SECONDS - start))
	else
		tail -60 "$log"
		count "$name" 0 1 $((SECONDS - start))
	fi
}

# A command that ends with "N passed, N failed".
check_counted() { # name, command...
	local name=$1 start=$SECONDS log status=0 line ok bad
	shift
	log=$logs/${name//[^a-zA-Z0-9.]/-}.log
	"$@" > "$log" 2>&1 || status=$?
	line=$(grep -oE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -1)
	ok=${line%% *} bad=$(sed -n 's/.*, \([0-9]*\) failed/\1/p' <<< "$line")
	ok=${ok:-0} bad=${bad:-0}
	if [ $status != 0 ] || [ "$ok" = 0 ]; then
		tail -60 "$log"
		[ "$bad" != 0 ] || bad=1
	fi
	count "$name" "$ok" "$bad" $((SECONDS - start))
}

# Maven, and what its tests reported. A build that fails before its tests is one failure.
maven() { # name, arguments...
	local name=$1 start=$SECONDS log status=0 sums
	shift
	log=$logs/${name//[^a-zA-Z0-9.]/-}.log
	find . -path '*/target/surefire-reports/*' -delete 2> /dev/null
	mvn -B -ntp "$@" > "$log" 2>&1 || status=$?
	sums=$(find . -path '*/target/surefire-reports/TEST-*.xml' -print0 | xargs -0 -r grep -h '<testsuite ' |
		awk '{
			tests += value("tests"); bad += value("errors") + value("failures"); skipped += value("skipped")
		}
		function value(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
		END { print tests - bad - skipped, bad + 0 }')
	read -r ok bad <<< "${sums:-0 0}"
	if [ $status != 0 ] || [ "${ok:-0}" = 0 ]; then
		grep -E '^\[ERROR\]|Tests run:.*(FAIL|ERROR)' "$log" | head -80
		# What a machine said last is in the message.
		find . -path '*/target/surefire-reports/*.txt' -print0 | xargs -0 -r grep -lE 'Failures: [1-9]|Errors: [1-9]' |
			while read -r report; do grep -vE '^\s+at (java|jdk|org\.junit|org\.apache)' "$report" | head -c 4000; done
		[ "${bad:-0}" != 0 ] || bad=1
	fi
	mkdir -p "$logs/$name"
	find . -path '*/target/surefire-reports/TEST-*.xml' -exec cp {} "$logs/$name/" \;
	count "$name" "${ok:-0}" "${bad:-0}" $((SECONDS - start))
}

# What tests left as figures (target/results/figures), of the names given.
figures() { # name...
	local name
	for name in "$@"; do
		[ ! -e "$results/figures/$name.json" ] || printf '%s: %s\n' "$name" "$(cat "$results/figures/$name.json")"
	done
}

finish() {
	printf '{"passed": %d, "failed": %d, "seconds": %d, "parts": [%s]}\n' $passed $failed $((SECONDS - begin)) "$parts" \
		> "$results/$counted.json"
	say "all of $counted"
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
}
