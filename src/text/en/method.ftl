# Method packs: status, how sure a statement is.
method-status-official_text = official text
method-status-official_text-warning = Thresholds and rules are those of the official text of the method.
method-status-reconstruction = reconstruction
method-status-reconstruction-warning = The developers did not have the full official text: the rules were reconstructed from descriptions. Until they are checked against the order, the list remains a computed one and does not replace the official list.
method-status-regional = regional method
method-status-regional-warning = The rules were adopted in the region; such a list is not to be compared directly with federal lists.
method-status-experimental = experimental method
method-status-experimental-warning = The method is experimental: no decisions about schools are made with it.
method-certainty-verified = verified
method-certainty-strong = strong
method-certainty-medium = medium
method-certainty-weak = weak
method-skip = A year in which a school cannot be assessed is passed over; only the { $within } latest { $within ->
    [one] year counts
   *[other] years count
}, that of the list included.
method-no-skip = A year in which a school cannot be assessed is not passed over: the school counts as not assessable.
method-rare-mean = A share of which most schools have nobody is standardised by mean and standard deviation, the others by median and median absolute deviation.
method-rare-leave_out = A share of which most schools have nobody is left out of the index; the others are standardised by median and median absolute deviation.
