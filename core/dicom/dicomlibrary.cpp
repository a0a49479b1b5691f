#include "dicom/dicomlibrary.h"

#include "dicom/codec/codecs.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/oflog/oflog.h>

#include <mutex>

namespace ir {

namespace {

std::mutex usersMutex;
int users = 0;

} // namespace

DicomLibrary::DicomLibrary()
{
    const std::scoped_lock lock(usersMutex);
    if (users++ > 0)
        return;
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    registerCodecs();
    dcmDataDict.isDictionaryLoaded(); // loads it here rather than in the first worker
}

DicomLibrary::~DicomLibrary()
{
    const std::scoped_lock lock(usersMutex);
    if (--users == 0)
        cleanUpCodecs();
}

bool DicomLibrary::dictionaryLoaded()
{
    return dcmDataDict.isDictionaryLoaded();
}

std::vector<std::string> DicomLibrary::codecNames()
{
    return registeredCodecNames();
}

std::string DicomLibrary::version()
{
    return std::string("DCMTK ") + OFFIS_DCMTK_VERSION_STRING;
}

} // namespace ir
