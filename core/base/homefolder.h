#pragma once

namespace ir {

/// A service or container may start without HOME; catalogs, models and caches would then be looked for under "/". Sets
/// it from the user database; one that is set stays. To be called before any thread starts.
void setHomeIfMissing();

} // namespace ir
