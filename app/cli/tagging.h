#pragma once

#include "pipeline/classifypipeline.h"

#include <functional>
#include <stop_token>
#include <string>

namespace ir::cli {

/// What is done with files while they are tagged; each may be empty.
struct TaggingCallbacks
{
    std::function<void(const QVector<FileSummary>&)> found; ///< as ClassifyPipeline::filesFound
    std::function<void(const QVector<FileResult>&)> results;
    /// The text of the progress line.
    std::function<std::string(const ClassifyProgress&)> progress;
};

struct TaggingOutcome
{
    ClassifyProgress last;
    bool cancelled = false;
};

/// Runs the pipeline to its end in this thread's event loop, with a progress line and notices on standard error;
/// `stop` ends it at the next file. The error: why nothing could be tagged.
[[nodiscard]] Result<TaggingOutcome> tag(const ClassifyJob& job, const TaggingCallbacks& callbacks,
                                         const std::stop_token& stop);

} // namespace ir::cli
